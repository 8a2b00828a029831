import Foundation
import KafkaRetry
import Synchronization

/// The library's relay of one topic, until standard input is closed. Tells how it stands, a ``MemberState`` a line: what ``MemberProcess`` starts.
struct MemberCommand: BenchmarkCommand {
    var bootstrap: String
    var topic: String
    var group: String
    var instance: String
    var memory: ByteSize

    init(_ bootstrap: String, _ topic: String, _ arguments: inout Arguments) throws {
        (self.bootstrap, self.topic) = (bootstrap, topic)
        (group, instance) = (try arguments.text("GROUP"), try arguments.text("INSTANCE"))
        memory = try ByteSize(parsing: arguments.optionalText() ?? "256MiB")
    }

    /// What is to be told next, and when it came to be.
    private final class Board: Sendable {
        private struct Content {
            var (account, time) = (RelayAccount.none, ContinuousClock.now)
            var isTold = true
            var hasJoined = false
        }
        private let content = Mutex(Content())

        func join() { content.withLock { $0.hasJoined = true } }

        func set(_ account: RelayAccount) { content.withLock { ($0.account, $0.time, $0.isTold) = (account, .now, false) } }

        func take() -> (RelayAccount, ContinuousClock.Instant)? {
            content.withLock { content in
                guard content.hasJoined, !content.isTold else { return nil }
                content.isTold = true
                return (content.account, content.time)
            }
        }
    }

    private static let interval: Duration = .milliseconds(50)

    func run() async throws -> BenchmarkReport? {
        var configuration = RelayConfiguration(bootstrapServers: [bootstrap], topics: [KafkaTopic(topic)], instance: instance)
        configuration.group = group
        configuration.memory = memory
        let log = RetryLogger.standardError
        let relay = Relay(configuration, topics: try await RelayTopics.prepare(configuration, log: log), log: log)
        Thread.detachNewThread {
            _ = try? FileHandle.standardInput.readToEnd()
            relay.stop()
        }
        let board = Board()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    if let (account, time) = board.take() { try MemberState(account, age: .now - time).tell() }
                    try await Task.sleep(for: Self.interval)
                }
            }
            _ = try await relay.run(
                onReady: {
                    // The first line says that it has joined.
                    _ = try? MemberState(.none, age: .zero).tell()
                    board.join()
                },
                onAccount: { board.set($0) })
            group.cancelAll()
        }
        return nil
    }
}

/// How a member stands.
struct MemberState: Codable {
    /// On the machine's monotonic clock, which all processes share.
    var time: Duration
    var waiting: Int64
    /// Records that are committed where they belong.
    var moved: Int
    var resident: ResidentMemory
    var peak: ResidentMemory
    var processor: Duration

    /// - Parameter age: how long ago that was.
    init(_ account: RelayAccount, age: Duration) {
        (time, waiting, moved) = (Self.clock - age, account.waiting, account.republished + account.deadLettered)
        (resident, peak, processor) = (.now, .peak, ProcessorTime.now)
    }

    func tell() throws {
        FileHandle.standardOutput.write(try JSONEncoder().encode(self) + Data("\n".utf8))
    }

    static var clock: Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}
