import KafkaRetry

/// Relays with ``KafkaRetry/Relay``.
struct KafkaRelayEngine: RelayEngine {
    func run(
        _ configuration: RelayConfiguration, logger: RetryLogger, ready: @escaping @Sendable () -> Void,
        stop: @escaping @Sendable () async -> Void
    ) async throws -> RelayAccount {
        let preparing = Task { () async -> Result<RelayTopics, KafkaRetryError> in
            do throws(KafkaRetryError) { return .success(try await RelayTopics.prepare(configuration, log: logger)) } catch {
                return .failure(error)
            }
        }
        let (relays, made) = AsyncStream<Relay>.makeStream()
        let stopping = Task {
            await stop()
            preparing.cancel()
            for await relay in relays { relay.stop() }
        }
        defer {
            made.finish()
            stopping.cancel()
        }
        let topics = await preparing.value
        // Whoever stops it before it began gets an account of nothing.
        if preparing.isCancelled { return .none }
        do throws(KafkaRetryError) {
            let relay = Relay(configuration, topics: try topics.get(), log: logger)
            made.yield(relay)
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
