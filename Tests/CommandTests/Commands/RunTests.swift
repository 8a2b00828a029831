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
            environment: [:], output: OutputStream(descriptor: output.fileHandleForWriting.fileDescriptor),
            errors: OutputStream(descriptor: errors.fileHandleForWriting.fileDescriptor), engine: engine, stopSignals: { signals })
        let status = await program.run(["run", "--bootstrap-server", "a:1", "--topic", "A,B", "--instance", "i"])
        try output.fileHandleForWriting.close()
        try errors.fileHandleForWriting.close()
        return (status, await ProgramFile.text(output), await ProgramFile.text(errors))
    }

    @Test func stdoutSaysReadyAndStopped() async throws {
        let signals = StopSignals(endNow: {})
        signals.arrived("SIGTERM")
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
        signals.arrived("SIGTERM")
        signals.arrived("SIGTERM")
        signals.arrived("SIGINT")
        #expect(ended.withLock { $0 } == 0)
        signals.arrived("SIGINT")
        #expect(ended.withLock { $0 } == 1)
        #expect(await signals.requested() == "SIGTERM")
    }

    @Test func waitingForASignalCanBeCancelled() async {
        let signals = StopSignals(endNow: {})
        let waiting = Task { await signals.requested() }
        waiting.cancel()
        #expect(await waiting.value == nil)
    }

    @Test func theProcesssOwnSignalArrives() async {
        let signals = StopSignals(endNow: {})
        kill(getpid(), SIGTERM)
        #expect(await signals.requested() == "SIGTERM")
    }
}
