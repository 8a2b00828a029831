public import Foundation
public import RetryCore

/// Handlers of messages in place of records.
///
///     ListenerTopic(.patientEvent, as: PatientEvent.self) { event, context in
///         try await evaluate(event)
///     }
extension ListenerTopic {
    /// Hands the message in each record's value, in JSON, to `handler`, which is done with it unless it throws, or says what it came to.
    ///
    /// A value that is no such message goes to the dead letter topic, `permanent-failure`, with a text that holds nothing of it. A null
    /// value counts as JSON's `null`, so that `as: PatientEvent?.self` takes Kafka's tombstones.
    ///
    /// - Parameter handler: returns nothing or a ``HandlerOutcome``; a listener refuses a topic whose handler returns anything else.
    public init<Message: Decodable & Sendable, Result>(
        _ topic: KafkaTopic, as type: Message.Type, decoder: JSONDecoder = JSONDecoder(), settings: TopicSettings = TopicSettings(),
        handler: @escaping @Sendable (_ message: Message, _ context: HandlerContext) async throws -> Result
    ) {
        let fault = HandlerResult.fault(Result.self, HandlerOutcome.self)
        self.init(topic, message: type, decoder, settings, unusableResult: fault) { message, context in
            try await handler(message, context) as? HandlerOutcome ?? .done
        }
    }

    /// The same, with a handler that says what the record came to.
    @_disfavoredOverload
    public init<Message: Decodable & Sendable>(
        _ topic: KafkaTopic, as type: Message.Type, decoder: JSONDecoder = JSONDecoder(), settings: TopicSettings = TopicSettings(),
        handler: @escaping @Sendable (_ message: Message, _ context: HandlerContext) async throws -> HandlerOutcome
    ) {
        self.init(topic, message: type, decoder, settings, handler: handler)
    }

    /// Hands the messages in records' values, in JSON, to `handler`, up to `size` of one partition at a time. Values that are no such
    /// messages are dead letters and not among them.
    ///
    /// - Parameter handler: returns nothing, and is done with all of them, or a ``HandlerOutcome`` for each, in their order. If it throws, each
    ///   has failed. A listener refuses a topic whose handler returns anything else.
    public init<Message: Decodable & Sendable, Result>(
        _ topic: KafkaTopic, as type: Message.Type, batchesOf size: Int, decoder: JSONDecoder = JSONDecoder(),
        settings: TopicSettings = TopicSettings(),
        handler: @escaping @Sendable (_ messages: [Message], _ contexts: [HandlerContext]) async throws -> Result
    ) {
        let fault = HandlerResult.fault(Result.self, [HandlerOutcome].self)
        self.init(topic, messages: type, batchesOf: size, decoder, settings, unusableResult: fault) { messages, contexts in
            try await handler(messages, contexts) as? [HandlerOutcome] ?? messages.map { _ in .done }
        }
    }

    /// The same, with a handler that says what each message came to, in their order.
    @_disfavoredOverload
    public init<Message: Decodable & Sendable>(
        _ topic: KafkaTopic, as type: Message.Type, batchesOf size: Int, decoder: JSONDecoder = JSONDecoder(),
        settings: TopicSettings = TopicSettings(),
        handler: @escaping @Sendable (_ messages: [Message], _ contexts: [HandlerContext]) async throws -> [HandlerOutcome]
    ) {
        self.init(topic, messages: type, batchesOf: size, decoder, settings, handler: handler)
    }

    private init<Message: Decodable & Sendable>(
        _ topic: KafkaTopic, message type: Message.Type, _ decoder: JSONDecoder, _ settings: TopicSettings, unusableResult: String? = nil,
        handler: @escaping @Sendable (Message, HandlerContext) async throws -> HandlerOutcome
    ) {
        let body: RecordBody = { context in
            let message: Message
            do throws(UndecodableMessage) { message = try Self.message(in: context.record.value, decoder) } catch {
                return .deadLetter(because: error)
            }
            return try await handler(message, context)
        }
        self.init(topic, batchSize: 1, settings, unusableResult: unusableResult, .record(body))
    }

    private init<Message: Decodable & Sendable>(
        _ topic: KafkaTopic, messages type: Message.Type, batchesOf size: Int, _ decoder: JSONDecoder, _ settings: TopicSettings,
        unusableResult: String? = nil, handler: @escaping @Sendable ([Message], [HandlerContext]) async throws -> [HandlerOutcome]
    ) {
        let body: BatchBody = { contexts in
            var (messages, legible): ([Message], [HandlerContext]) = ([], [])
            var outcomes: [HandlerOutcome?] = []
            for context in contexts {
                do throws(UndecodableMessage) {
                    messages.append(try Self.message(in: context.record.value, decoder))
                    legible.append(context)
                    outcomes.append(nil)
                } catch {
                    outcomes.append(.deadLetter(because: error))
                }
            }
            guard !messages.isEmpty else { return outcomes.compactMap(\.self) }
            // A thrown error is that of the legible ones alone.
            let handled: Result<[HandlerOutcome], any Error>
            do { handled = .success(try await handler(messages, legible)) } catch { handled = .failure(error) }
            guard outcomes.contains(where: { $0 != nil }) else { return try handled.get() }
            var next = (try? handled.get())?.makeIterator()
            return outcomes.map { outcome in
                if let outcome { return outcome }
                if case .failure(let error) = handled { return .failed(error) }
                return next?.next() ?? .retry(because: "the handler gave no outcome")
            }
        }
        self.init(topic, batchSize: size, settings, unusableResult: unusableResult, .batch(body))
    }

    private static func message<Message: Decodable>(
        in value: [UInt8]?, _ decoder: JSONDecoder
    ) throws(UndecodableMessage) -> Message {
        do { return try decoder.decode(Message.self, from: value.map { Data($0) } ?? Data("null".utf8)) } catch {
            throw UndecodableMessage(Message.self, size: value?.count, error)
        }
    }
}
