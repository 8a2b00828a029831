import Foundation
import KafkaTestBroker
import ListenerTestPlan
import Testing

/// What a service does when it is asked to end, with a handler that takes its time.
@Suite struct ServiceSignalTests {
    private static func duringACall(lasting milliseconds: Int, _ body: (ServiceBench, Daemon) async throws -> Void) async throws {
        let bench = try await ServiceBench("service-signals", partitions: 1)
        defer { bench.removeNotes() }
        try await TestWriter(bench.servers).write([
            TestRecord(to: bench.topics[0].source, value: Errand(0).value),
            TestRecord(to: bench.topics[0].source, value: Errand(1, milliseconds: milliseconds).value),
        ])
        try await bench.run(bench.plan { _, topic in topic.order = "partition" }) { service in
            // The long one begins at once when this one has ended.
            _ = try await service.line(containing: "handled 1", within: .seconds(60))
            try await Task.sleep(for: .milliseconds(200))
            try await body(bench, service)
        }
    }

    @Test(.broker(requires: .transactions), .timeLimit(.minutes(2)), arguments: [SIGTERM, SIGINT])
    func theFirstSignalFinishesWhatHasBegun(signal: Int32) async throws {
        try await Self.duringACall(lasting: 1_500) { bench, service in
            service.signal(signal)
            let account = try await service.line(containing: "stopped", within: .seconds(25))
            #expect(account.contains(#""handled":2"#), "\(account)")
            #expect(try await service.end() == .exit(0))
            #expect(service.errorLines.contains { $0.contains("stopping") && $0.contains(signal == SIGINT ? "SIGINT" : "SIGTERM") })
        }
    }

    @Test(.broker(requires: .transactions), .timeLimit(.minutes(2))) func aSecondInterruptEndsTheProcessAtOnce() async throws {
        try await Self.duringACall(lasting: 60_000) { bench, service in
            service.signal(SIGINT)
            _ = try await service.errorLine(containing: "stopping")
            service.signal(SIGTERM)
            try await Task.sleep(for: .seconds(1))
            #expect(kill(service.pid, 0) == 0, "SIGTERM does not hurry it")
            service.signal(SIGINT)
            #expect(try await service.end(within: .seconds(5)) == .exit(130))
        }
    }
}
