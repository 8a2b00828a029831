import KafkaRetry

/// Relays with ``KafkaRetry/Relay``.
struct KafkaRelayEngine: RelayEngine {
    func run(
        _ configuration: RelayConfiguration, logger: RetryLogger, ready: @escaping @Sendable () -> Void,
        stop: @escaping @Sendable () async -> Void
    ) async throws -> RelayAccount {
        do throws(KafkaRetryError) {
            let topics = try await RelayTopics.prepare(configuration, log: logger)
            let relay = Relay(configuration, topics: topics, log: logger)
            let stopping = Task {
                await stop()
                relay.stop()
            }
            defer { stopping.cancel() }
            return try await relay.run(onReady: ready)
        } catch {
            throw CommandFailure(ExitStatus(error.code), error.message + (error.cause.map { ": \($0)" } ?? ""), hint: error.remedy)
        }
    }
}

extension ExitStatus {
    init(_ code: KafkaRetryError.Code) {
        switch code {
        case .brokerUnreachable: self = .noBroker
        case .missingTopic: self = .cannotCreate
        case .notAuthorised: self = .notAuthorised
        case .configuration, .twin, .newerProgress: self = .badConfiguration
        default: self = .defect
        }
    }
}
