public import Foundation
public import RetryCore

/// A ``RetryingProducer`` for messages of one type, which go to one topic in JSON.
///
///     let machines = producer.messages(of: MachinePinotMessage.self, to: "machines", key: { $0.machineId })
///     try await machines.send(machine)
///
/// Each carries the header `message-type`, by which a reader of a topic with several types tells them apart. A message that does not encode
/// is a permanent failure, told at once; no other is held up by it, and the producer's account does not know of it, since it was not accepted.
public struct MessageProducer<Message: Encodable & Sendable>: Sendable {
    private let producer: RetryingProducer
    private let topic: KafkaTopic
    private let type: String?
    private let key: @Sendable (Message) -> String?
    private let encoder: JSONEncoder

    init(
        _ producer: RetryingProducer, _ topic: KafkaTopic, type: String?, key: @escaping @Sendable (Message) -> String?,
        _ encoder: JSONEncoder
    ) {
        self.producer = producer
        self.topic = topic
        self.type = type
        self.key = key
        self.encoder = encoder
    }

    /// Sends a message and waits until it has ended → ``RetryingProducer/send(_:)-(ProducerRecord)``.
    ///
    /// - Parameter headers: beside `message-type`, which stands in front of them.
    /// - Throws: a ``SendError``: nobody has taken it. One that does not encode was not written, permanently.
    @discardableResult public func send(_ message: Message, headers: KafkaHeaders = .init()) async throws(SendError) -> SendOutcome {
        try await producer.send(record(message, headers))
    }

    /// Sends messages in their order and waits until all have ended: what each came to, in their order.
    public func send(_ messages: [Message], headers: KafkaHeaders = .init()) async -> [Result<SendOutcome, SendError>] {
        let records = messages.map { message in Result { () throws(SendError) in try record(message, headers) } }
        var sent = await producer.send(records.compactMap { try? $0.get() }).makeIterator()
        return records.map { record in
            if case .failure(let error) = record { return .failure(error) }
            return sent.next() ?? .failure(SendError(.notWritten, .closed, "the producer gave no outcome"))
        }
    }

    /// Accepts a message and returns as soon as there is room → ``RetryingProducer/enqueue(_:)``.
    ///
    /// - Throws: a ``SendError``: the message was not accepted.
    @discardableResult public func enqueue(_ message: Message, headers: KafkaHeaders = .init()) async throws(SendError) -> SendReceipt {
        try await producer.enqueue(record(message, headers))
    }

    private func record(_ message: Message, _ others: KafkaHeaders) throws(SendError) -> ProducerRecord {
        var headers = KafkaHeaders()
        if let type { headers.append(.messageType, type) }
        others.forEach { name, value in headers.append(name: name, value: value) }
        do {
            return try ProducerRecord(to: topic, key: key(message), message: message, headers: headers, encoder: encoder)
        } catch {
            // What the encoder says may hold the message.
            throw SendError(.notWritten, .permanent, "a \(Message.self) does not encode: \(Self.kind(of: error))")
        }
    }

    private static func kind(of error: any Error) -> String {
        guard case EncodingError.invalidValue(_, let context) = error else { return HandlerFailure(error).type }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "its value cannot be written" : "'\(path)' cannot be written"
    }
}

extension RetryingProducer {
    /// A producer for messages of one type, through this one: their order, retries, recovery and account are its own.
    ///
    /// - Parameters:
    ///   - named: the header `message-type`, by default the type's name in Swift; `nil` for no such header.
    ///   - key: what keeps messages in order; `nil` for one that may stand anywhere.
    public func messages<Message: Encodable & Sendable>(
        of type: Message.Type, to topic: KafkaTopic, named: String? = "\(Message.self)", encoder: JSONEncoder = JSONEncoder(),
        key: @escaping @Sendable (_ message: Message) -> String?
    ) -> MessageProducer<Message> {
        MessageProducer(self, topic, type: named, key: key, encoder)
    }
}
