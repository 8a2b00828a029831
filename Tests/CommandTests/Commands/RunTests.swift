import Foundation
import RetryCore
import Synchronization
import Testing

@testable import KafkaRetry
@testable import kafka_retry

/// `run` with an engine that is made up, inside this process.
@Suite(.serialized) struct RunTests {
    private struct Engine: RelayEngine {
        func run(
            _ configuration: RelayConfiguration, logger: RetryLogger, ready: @escaping @Sendable () -> Void,
            stop: @escaping @Sendable () async -> Void
        ) async throws -> RelayAccount {
            ready()
            await stop()
            await stop()
            var hops = HopAccount()
            hops.republished = 7
            return RelayAccount(hops, waiting: 0, held: 0)
        }
    }

    private struct Refusing: RelayEngine {
        func run(
            _ configuration: RelayConfiguration, logger: RetryLogger, ready: @escaping @Sendable () -> Void,
            stop: @escaping @Sendable () async -> Void
        ) async throws -> RelayAccount {
            throw CommandFailure(.cannotCreate, "A-Retry: the retry topic is missing")
        }
    }

    private func run(_ engine: any RelayEngine, _ signals: StopSignals) async throws -> (
        status: kafka_retry.ExitStatus, output: String, log: String
    ) {
        let (output, errors) = (Pipe(), Pipe())
        let program = KafkaRetryProgram(
            environment: [:], output: LineStream(descriptor: output.fileHandleForWriting.fileDescriptor),
            errors: LineStream(descriptor: errors.fileHandleForWriting.fileDescriptor), engine: engine, stopSignals: { signals })
        let status = await program.run(["run", "--bootstrap-server", "a:1", "--topic", "A,B", "--instance", "i"])
        // Not whenever the last reference to it goes, which may be in the middle of the next test.
        signals.end()
        try output.fileHandleForWriting.close()
        try errors.fileHandleForWriting.close()
        return (status, await ProgramFile.text(output), await ProgramFile.text(errors))
    }

    @Test func stdoutSaysReadyAndStopped() async throws {
        let signals = StopSignals(endNow: {})
        signals.arrived(.sigterm)
        let (status, output, log) = try await run(Engine(), signals)
        #expect(status == .done)
        #expect(
            output == """
                {"event":"ready","topics":["A","B"]}
                {"event":"stopped","republished":7,"dead_lettered":0,"waiting":0,"held":0,"passed_over":0,"lost":0}

                """)
        #expect(log.contains(#""message":"stopping","signal":"SIGTERM""#))
    }

    @Test func theEnginesFailureIsTheProcesss() async throws {
        let (status, output, log) = try await run(Refusing(), StopSignals(endNow: {}))
        #expect(status == .cannotCreate)
        #expect(output.isEmpty)
        #expect(log.contains("A-Retry: the retry topic is missing"))
    }

    @Test func onlyASecondInterruptEndsAtOnce() async {
        let ended = Mutex(0)
        let signals = StopSignals { ended.withLock { $0 += 1 } }
        defer { signals.end() }
        signals.arrived(.sigterm)
        signals.arrived(.sigterm)
        signals.arrived(.sigint)
        #expect(ended.withLock { $0 } == 0)
        signals.arrived(.sigint)
        #expect(ended.withLock { $0 } == 1)
        #expect(await signals.requested() == .sigterm)
    }

    @Test func waitingForASignalCanBeCancelled() async {
        let signals = StopSignals(endNow: {})
        defer { signals.end() }
        let waiting = Task { await signals.requested() }
        waiting.cancel()
        #expect(await waiting.value == nil)
    }

    @Test func theProcesssOwnSignalArrives() async {
        let signals = StopSignals(endNow: {})
        kill(getpid(), SIGTERM)
        #expect(await signals.requested() == .sigterm)
        // The thread that told it may keep it for a moment longer.
        signals.end()
    }

    /// What SIGTERM did before it was taken.
    private static let terminations = Atomic(0)

    /// Returns when the signal's handler has: none is still under way when the next handler is set. Threads of tasks block all signals.
    private static func deliver(_ number: Int32) {
        var (wanted, before) = (sigset_t(), sigset_t())
        sigemptyset(&wanted)
        sigaddset(&wanted, number)
        pthread_sigmask(SIG_UNBLOCK, &wanted, &before)
        raise(number)
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    @Test(.timeLimit(.minutes(1))) func severalTakeASignalAndTheLastGivesItBack() async {
        signal(SIGTERM) { _ in RunTests.terminations.add(1, ordering: .relaxed) }
        defer { signal(SIGTERM, SIG_DFL) }
        let (one, another) = (StopSignals([.sigterm], endNow: {}), StopSignals(endNow: {}))
        Self.deliver(SIGTERM)
        #expect(await one.requested() == .sigterm)
        #expect(await another.requested() == .sigterm)
        another.end()
        Self.deliver(SIGTERM)
        #expect(Self.terminations.load(ordering: .relaxed) == 0)
        one.end()
        Self.deliver(SIGTERM)
        #expect(Self.terminations.load(ordering: .relaxed) == 1)
    }

    /// Whatever order they come and go in, a handler that somebody else has set is nobody's to take away.
    @Test(.timeLimit(.minutes(1))) func aHandlerThatWasSetMeanwhileStays() async {
        let early = StopSignals([.sigterm], endNow: {})
        signal(SIGTERM) { _ in RunTests.others.add(1, ordering: .relaxed) }
        defer { signal(SIGTERM, SIG_DFL) }
        let late = StopSignals([.sigterm], endNow: {})
        Self.deliver(SIGTERM)
        #expect(await late.requested() == .sigterm)
        late.end()
        early.end()
        Self.deliver(SIGTERM)
        #expect(Self.others.load(ordering: .relaxed) == 1)
    }

    private static let others = Atomic(0)
}
