import Foundation
import KafkaRetry
import KafkaTestBroker
import RetryCore
import Testing

@testable import KafkaRetrySpool

/// A process that appends and is killed: what it was told to be accepted is there.
@Suite struct SpoolCrashTests {
    @Test(.timeLimit(.minutes(5))) func killedTwentyTimesItLosesNothingThatWasAccepted() async throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        var chance = Chance()
        var accepted: [Int64: String] = [:]
        var removing: Set<Int64> = []
        var unanswered = 0
        for kill in 0..<20 {
            let life = Duration.milliseconds(Int.random(in: 0...400, using: &chance))
            // So few that all lives together never fill the spool, however late this machine comes to kill it.
            let lines = try await Daemon.run([folder.spool, "10000", "4"], program: "spool-test-writer") { writer in
                _ = try await writer.line(containing: "accepted")
                try await Task.sleep(for: life)
                await writer.kill()
                return await writer.wholeOutput().split(separator: "\n").map { $0.split(separator: " ") }
            }
            for line in lines {
                switch line[0] {
                case "accepted": accepted[try #require(Int64(line[1]))] = String(line[2])
                case "removing": removing.insert(try #require(Int64(line[1])))
                case "closed": break
                default: Issue.record("seed \(chance.seed), kill \(kill): \(line.joined(separator: " "))")
                }
            }
            let (messages, damage) = try await folder.reopened { (try await $0.all(), await $0.damage) }
            #expect(damage.isEmpty, "seed \(chance.seed), kill \(kill)")
            let values = Dictionary(
                uniqueKeysWithValues: messages.map { ($0.number, String(decoding: $0.entry.message.value ?? [], as: UTF8.self)) })
            let missing = accepted.filter { values[$0.key] != $0.value && !removing.contains($0.key) }
            #expect(missing.isEmpty, "seed \(chance.seed), kill \(kill): \(missing.prefix(5))")
            #expect(Set(values.values).count == values.count, "a message is there twice")
            unanswered = values.count { accepted[$0.key] == nil }
        }
        print(
            """
            spool killed 20 times, seed \(chance.seed): \(accepted.count) messages accepted, none is missing; \
            \(unanswered) were on disk before their answer was out
            """)
        #expect(accepted.count > 1_000)
    }
}
