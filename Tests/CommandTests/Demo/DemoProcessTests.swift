import KafkaTestBroker
import RDKafka
import Testing

/// The demo as a user starts it, its output piped.
@Suite struct DemoProcessTests {
    @Test(.timeLimit(.minutes(1))) func withoutABrokerItEndsSoonAndItsTotalsAddUp() async throws {
        let start = ContinuousClock.now
        let demo = try await Daemon.result(of: ["demo"], environment: ["LANG": "C.UTF-8"])
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(demo.ending == .exit(0), "\(demo.output) \(demo.errors)")
        #expect(demo.errors.filter { !$0.isEmpty }.isEmpty)
        try check(demo.output)
        #expect(demo.output.first?.contains("at least once") == true)
    }

    @Test(.broker(requires: .transactions), .timeLimit(.minutes(3))) func onARealClusterItRunsExactlyOnceAndCleansUp() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let demo = try await Daemon.result(of: ["demo", "--bootstrap-server", servers], within: .seconds(100))
        #expect(demo.ending == .exit(0), "\(demo.output) \(demo.errors)")
        try check(demo.output)
        let title = try #require(demo.output.first)
        #expect(title.contains("exactly once"))
        let topic = try #require(title.split(separator: " ").first { $0.hasPrefix("Orders-demo-") })
        let admin = try RDKafkaAdmin(["bootstrap.servers": servers])
        for name in ["", "-Retry", "-Error", "-Handled"].map({ String(topic) + $0 }) {
            #expect(try admin.describe(topic: name, timeout: .seconds(10)) == nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func anInterruptEndsItWithoutAFault() async throws {
        let interrupt = Daemon.Reaction(to: "order-02  failed") { $0.signal(2) }
        let (ending, output) = try await Daemon.run(["demo"], reaction: interrupt) { demo in
            (try await demo.end(), await demo.wholeOutput())
        }
        #expect(ending == .exit(0))
        #expect(output.contains("in flight") && output.contains("\nStopped before the end.\n"), "\(output)")
    }

    @Test(.timeLimit(.minutes(1))) func noBrokerInReachIsSaid() async throws {
        // A port that was free a moment ago.
        let address = try MockCluster().bootstrapServers
        let demo = try await Daemon.result(of: ["demo", "--bootstrap-server", address, "--startup-timeout", "1s"])
        #expect(demo.ending == .exit(69))
        #expect(demo.errors.contains { $0.contains(address) })
    }

    /// Every order's last line is an end, and the totals are those of the lines above them.
    private func check(_ output: [String]) throws {
        #expect(!output.contains { $0.contains("\u{1B}") })
        func count(_ text: String) -> Int { output.count { $0.contains("order-") && $0.contains(text) } }
        let (placed, recovered, dead) = (count("  placed"), count("  recovered by"), count("  dead-lettered"))
        let atOnce = count("  handled")
        #expect(placed == 10 && placed == atOnce + recovered + dead && recovered > 0 && dead > 0)
        #expect(count("retry 1 of 3 in 1.0 s") == recovered + dead)
        let sum = "\(placed) placed = \(atOnce) handled at once + \(recovered) recovered + \(dead) dead-lettered"
        #expect(output.contains(sum))
        #expect(output.contains { $0.contains("\(count("  due:")) retries, none early") })
    }
}
