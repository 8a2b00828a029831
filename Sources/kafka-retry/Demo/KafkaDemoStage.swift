import KafkaRetry
import RDKafka
import RetryCore

/// The demo: a pretend service, the real relay, and a view of what they do.
struct KafkaDemoStage: DemoStage {
    func run(
        _ configuration: DemoConfiguration, output: LineStream, logger: RetryLogger, stop: @escaping @Sendable () async -> Void
    ) async throws -> ExitStatus {
        let script = DemoScript(patience: configuration.cluster == nil ? .seconds(18) : .seconds(60))
        let policy = try RetryPolicy.listed(script.delays)
        let cluster = DemoCluster(configuration.cluster)
        let servers = configuration.cluster?.bootstrapServers ?? []
        do {
            let connection = try await cluster.open(policy, log: logger)
            let wording = DemoWording(
                connection: connection, isMock: configuration.cluster == nil, retries: script.delays.count,
                symbols: configuration.hasSymbols ? .unicode : .ascii)
            let watch = DemoWatch(connection, script, policy, display(configuration, output, wording, expected: script.orders.count))
            let (ending, account) = try await play(connection, script, policy, watch, logger, stop)
            let audit = try await watch.audit()
            let leftover = await cluster.close()
            let report = DemoReport(
                audit.totals, wording, acknowledged: audit.acknowledged, isComplete: audit.isComplete, ending: ending, account: account)
            let width = configuration.isLive ? TerminalSize.current().columns - 1 : 79
            await watch.end(report.lines(ending, leftover: leftover, width: width))
            return report.faults.isEmpty ? .done : .answerIsNo
        } catch {
            _ = await cluster.close()
            throw Self.failure(error, servers)
        }
    }

    private func display(
        _ configuration: DemoConfiguration, _ output: LineStream, _ wording: DemoWording, expected: Int
    ) -> sending any DemoDisplay {
        configuration.isLive
            ? LiveDisplay(output, wording, expected: expected, hasColours: configuration.hasColours) : LineDisplay(output, wording)
    }

    /// Service, relay and watch side by side, until the watch has seen enough; the other two then finish what they have begun.
    private func play(
        _ connection: DemoConnection, _ script: DemoScript, _ policy: RetryPolicy, _ watch: DemoWatch, _ logger: RetryLogger,
        _ stop: @escaping @Sendable () async -> Void
    ) async throws -> (DemoWatch.Ending, RelayAccount) {
        let service = PretendService(connection, script)
        let relay = Relay(connection.relay(policy), topics: connection.relayTopics, log: logger)
        let stopping = Task {
            await stop()
            watch.tell(.stop)
        }
        defer { stopping.cancel() }
        @Sendable func ending<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
            // Whoever fails takes the others along, or they would wait for ever.
            do { return try await work() } catch {
                watch.tell(.stop)
                throw error
            }
        }
        async let account = ending { try await relay.run(onReady: { watch.tell(.ready) }) }
        async let served: Void = ending { try await service.run(onReady: { watch.tell(.ready) }) }
        let watched: Result<DemoWatch.Ending, any Error>
        do { watched = .success(try await watch.run()) } catch { watched = .failure(error) }
        service.stop()
        relay.stop()
        try await served
        let finished = try await account
        return (try watched.get(), finished)
    }

    private static func failure(_ error: any Error, _ servers: [String]) -> any Error {
        switch error {
        case let error as KafkaRetryError:
            CommandFailure(ExitStatus(error.code), error.message + (error.cause.map { ": \($0)" } ?? ""), hint: error.remedy)
        case let error as RDKafkaError where !servers.isEmpty: BrokerFailure.failure(error, doing: "the demo", servers: servers)
        case let error as RDKafkaConfigurationError: CommandFailure(.badConfiguration, "\(error)", hint: "Correct the property.")
        default: error
        }
    }
}
