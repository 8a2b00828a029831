import CRDKafka
import Foundation

/// One `rd_kafka_t`: made from a configuration, destroyed once, after everything that was made from it.
///
/// Sendable because librdkafka's handles may be used from any thread; the types over it say which calls may not.
final class ClientHandle: @unchecked Sendable {
    let raw: OpaquePointer
    /// What the callbacks write to. It outlives the handle, whose threads call them.
    let callbacks: ClientCallbacks

    init(
        _ kind: rd_kafka_type_t, _ configuration: RDKafkaConfiguration, _ callbacks: ClientCallbacks
    ) throws(RDKafkaConfigurationError) {
        let native = try configuration.makeNative()
        callbacks.register(with: native)
        let usesTokens = ["sasl.mechanism", "sasl.mechanisms"].contains { configuration[$0]?.uppercased() == "OAUTHBEARER" }
        if usesTokens { rd_kafka_conf_enable_sasl_queue(native, 1) }
        do throws(RDKafkaConfigurationError) {
            raw = try withErrorText { text, size in rd_kafka_new(kind, native, text, size) }
        } catch {
            rd_kafka_conf_destroy(native)  // Taken over on success only.
            throw error
        }
        self.callbacks = callbacks
        // Tokens are renewed in the background, so that a client that only waits in a blocking call gets one too.
        if usesTokens, let error = rd_kafka_sasl_background_callbacks_enable(raw) { rd_kafka_error_destroy(error) }
    }

    /// Joins librdkafka's threads, which takes milliseconds. It never waits for a group or for messages: leaving the group is
    /// `RDKafkaConsumer.close()`, waiting for reports is `RDKafkaProducer.flush(timeout:)`.
    ///
    /// A consumer of a topic that was deleted may never end them (librdkafka 2.0.2, seen: `rdk:main` joins a broker's thread that waits for
    /// its last partition). So its owner waits for a while only, and leaves it to a thread of its own.
    deinit {
        nonisolated(unsafe) let raw = raw
        let callbacks = callbacks
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            rd_kafka_destroy_flags(raw, Int32(RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE))
            withExtendedLifetime(callbacks) { _ = ended.signal() }
        }
        _ = ended.wait(timeout: .now() + Self.mostJoining)
    }

    private static let mostJoining: DispatchTimeInterval = .seconds(5)

    /// The error that made the client unusable, if one has.
    var fatalError: RDKafkaError? { Self.fatalError(raw) }

    static func fatalError(_ raw: OpaquePointer) -> RDKafkaError? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
            let code = rd_kafka_fatal_error(raw, text.baseAddress, text.count)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
            return RDKafkaError(.init(code), message: text.baseAddress.map { String(cString: $0) }, isFatal: true)
        }
    }

    /// Partitions and replicas of one topic, from a broker. Blocking.
    func describe(topic: String, timeout: Duration) throws(RDKafkaError) -> RDKafkaTopicDescription {
        let handle = try TopicHandle(self, topic)
        var answer: UnsafePointer<rd_kafka_metadata>?
        try RDKafkaError.check(
            withExtendedLifetime(handle) { rd_kafka_metadata(raw, 0, handle.raw, &answer, timeout.timeoutMilliseconds) })
        defer { rd_kafka_metadata_destroy(answer) }
        guard let metadata = answer?.pointee, metadata.topic_cnt > 0, let found = metadata.topics?.pointee else {
            throw RDKafkaError(.unknownTopicOrPart, message: "no metadata for topic \(topic)")
        }
        try RDKafkaError.check(found.err, "topic \(topic): \(String(cString: rd_kafka_err2str(found.err)))")
        let partitions = UnsafeBufferPointer(start: found.partitions, count: Int(found.partition_cnt))
        return RDKafkaTopicDescription(
            name: topic, partitionCount: partitions.count, replicationFactor: Int(partitions.map(\.replica_cnt).max() ?? 0))
    }
}

/// A `rd_kafka_topic_t` of the application's own, destroyed before its client.
final class TopicHandle: @unchecked Sendable {
    let raw: OpaquePointer
    let name: String
    let client: ClientHandle

    init(_ client: ClientHandle, _ name: String) throws(RDKafkaError) {
        guard let raw = rd_kafka_topic_new(client.raw, name, nil) else {
            throw RDKafkaError(.init(rd_kafka_last_error()), message: "topic name \"\(name)\" is not accepted")
        }
        self.raw = raw
        self.name = name
        self.client = client
    }

    deinit { rd_kafka_topic_destroy(raw) }
}

extension RDKafkaConfiguration {
    /// The caller owns the result.
    fileprivate func makeNative() throws(RDKafkaConfigurationError) -> OpaquePointer {
        let native: OpaquePointer = rd_kafka_conf_new()
        do throws(RDKafkaConfigurationError) {
            for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
                try withErrorText(for: name, in: self) { text, size in
                    rd_kafka_conf_set(native, name, value, text, size) == RD_KAFKA_CONF_OK ? true : nil
                }
            }
        } catch {
            rd_kafka_conf_destroy(native)
            throw error
        }
        return native
    }
}

/// Calls `body` with room for an error's text; if it returns `nil`, throws that text.
@discardableResult
private func withErrorText<Result>(
    for property: String? = nil, in configuration: RDKafkaConfiguration = [:],
    _ body: (UnsafeMutablePointer<CChar>?, Int) -> Result?
) throws(RDKafkaConfigurationError) -> Result {
    var reason = ""
    let result = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
        let result = body(text.baseAddress, text.count)
        if result == nil, let text = text.baseAddress { reason = String(cString: text) }
        return result
    }
    guard let result else {
        throw property.map { configuration.error($0, reason) } ?? RDKafkaConfigurationError(property: nil, reason: reason)
    }
    return result
}
