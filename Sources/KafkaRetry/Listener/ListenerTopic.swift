public import RetryCore

/// A topic that a listener handles: its name, its settings and its handler.
///
///     ListenerTopic(.reportScheduled) { record, context in
///         try await schedule(record.value)
///     }
///
/// A handler that returns is done with its record, one that throws has failed, and one that wants more returns a ``HandlerOutcome``. It
/// runs on Swift's cooperative pool and must not block its thread.
public struct ListenerTopic: Sendable {
    /// The source topic.
    public let topic: KafkaTopic
    /// How its records and retries are handled.
    public var settings: TopicSettings
    /// The most records of one call.
    public let batchSize: Int
    let body: Body

    /// What a handler's closure came to be.
    enum Body: Sendable {
        /// For one record.
        case record(RecordBody)
        /// For a batch: one outcome for each record, in their order.
        case batch(BatchBody)
    }

    typealias RecordBody = @Sendable (HandlerContext) async throws -> HandlerOutcome
    typealias BatchBody = @Sendable ([HandlerContext]) async throws -> [HandlerOutcome]

    /// What its handler's closure returns, if that says nothing about a record.
    let unusableResult: String?

    init(_ topic: KafkaTopic, batchSize: Int, _ settings: TopicSettings, unusableResult: String? = nil, _ body: Body) {
        self.topic = topic
        self.batchSize = batchSize
        self.settings = settings
        self.unusableResult = unusableResult
        self.body = body
    }

    /// Hands each record of `topic` to `handler`, which is done with it unless it throws, or says what it came to.
    ///
    /// - Parameter handler: returns nothing or a ``HandlerOutcome``; a listener refuses a topic whose handler returns anything else.
    public init<Result>(
        _ topic: KafkaTopic, settings: TopicSettings = TopicSettings(),
        handler: @escaping @Sendable (_ record: KafkaRecord, _ context: HandlerContext) async throws -> Result
    ) {
        let fault = HandlerResult.fault(Result.self, HandlerOutcome.self)
        self.init(
            topic, batchSize: 1, settings, unusableResult: fault,
            .record { context in try await handler(context.record, context) as? HandlerOutcome ?? .done })
    }

    /// Hands each record of `topic` to `handler`, which says what it came to.
    @_disfavoredOverload
    public init(
        _ topic: KafkaTopic, settings: TopicSettings = TopicSettings(),
        handler: @escaping @Sendable (_ record: KafkaRecord, _ context: HandlerContext) async throws -> HandlerOutcome
    ) {
        self.init(topic, batchSize: 1, settings, .record { context in try await handler(context.record, context) })
    }

    /// Hands records of `topic` to `handler`, up to `size` of one partition at a time, as many as are due. `contexts` has one for each
    /// record, in their order.
    ///
    /// - Parameter handler: returns nothing, and is done with all of them, or a ``HandlerOutcome`` for each, in their order; one for which
    ///   there is none has failed. If it throws, each has failed. A listener refuses a topic whose handler returns anything else.
    public init<Result>(
        _ topic: KafkaTopic, batchesOf size: Int, settings: TopicSettings = TopicSettings(),
        handler: @escaping @Sendable (_ records: [KafkaRecord], _ contexts: [HandlerContext]) async throws -> Result
    ) {
        let fault = HandlerResult.fault(Result.self, [HandlerOutcome].self)
        self.init(
            topic, batchSize: size, settings, unusableResult: fault,
            .batch { contexts in
                try await handler(contexts.map(\.record), contexts) as? [HandlerOutcome] ?? contexts.map { _ in .done }
            })
    }

    /// The same, with a handler that says what each record came to, in their order. A record for which there is no outcome has failed.
    @_disfavoredOverload
    public init(
        _ topic: KafkaTopic, batchesOf size: Int, settings: TopicSettings = TopicSettings(),
        handler: @escaping @Sendable (_ records: [KafkaRecord], _ contexts: [HandlerContext]) async throws -> [HandlerOutcome]
    ) {
        self.init(topic, batchSize: size, settings, .batch { contexts in try await handler(contexts.map(\.record), contexts) })
    }
}

/// What a handler's closure returns: nothing, or outcomes. One generic initialiser takes both, since Swift lets a closure of one expression
/// drop its value where nothing is wanted, and what a handler decided must not be dropped.
enum HandlerResult {
    /// Why a listener cannot work with what the closure returns; `nil` if it can.
    static func fault<Result, Outcome>(_ result: Result.Type, _ outcome: Outcome.Type) -> String? {
        guard result != Void.self, result != Never.self, result != outcome else { return nil }
        return "its handler returns \(result), which says nothing about a record: return nothing, or \(outcome)"
    }
}
