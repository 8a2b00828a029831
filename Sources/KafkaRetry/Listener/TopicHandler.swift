import RetryCore

/// A topic's handler with all that decides what its answer, or its error, means.
struct TopicHandler: Sendable {
    let retryTopic: String
    /// How many of its calls run at a time, first handlings and retries apart.
    let concurrency: Int
    let retryConcurrency: Int
    private let body: ListenerTopic.Body
    private let classifiers: [@Sendable (any Error) -> RetryDecision?]
    private let facilityID: (@Sendable (KafkaRecord) -> String?)?
    private let horizon: Duration
    private let fault: (@Sendable (HandlerContext) -> (any Error)?)?
    private let observer: (any ListenerObserver)?
    private let log: RetryLogger

    init(_ topic: ListenerTopic, _ configuration: ListenerConfiguration, log: RetryLogger) {
        retryTopic = topic.topic.retry(configuration.naming(of: topic)).name
        concurrency = topic.settings.concurrency
        retryConcurrency = topic.settings.retryConcurrency
        body = topic.body
        classifiers = [topic.settings.classify, configuration.classify].compactMap(\.self)
        facilityID = configuration.facilityID
        horizon = configuration.horizon
        fault = configuration.environment.handlerFault
        observer = configuration.environment.observer
        self.log = log
    }

    /// Calls the handler, which begins now, and answers an outcome for each record that it said something about.
    func outcomes(of call: HandlerCall, began: Timestamp) async -> OneOrMany<HandlingOutcome> {
        let deadline = call.deadline(began: began)
        func context(_ item: HandlerCall.Item) -> HandlerContext { HandlerContext(item, of: call, deadline: deadline, horizon: horizon) }
        switch body {
        case .batch(let body): return OneOrMany(await outcomes(call.items.map(context), body))
        case .record(let body):
            if case .one(let item) = call.items { return .one(await outcome(context(item), body)) }
            var outcomes: [HandlingOutcome] = []
            for item in call.items { outcomes.append(await outcome(context(item), body)) }
            return .many(outcomes)
        }
    }

    private func outcome(_ context: HandlerContext, _ body: ListenerTopic.RecordBody) async -> HandlingOutcome {
        observer?.began([context])
        let answer: HandlerOutcome
        do {
            if let fault = fault?(context) { throw fault }
            answer = try await body(context)
        } catch { answer = .failed(error) }
        let outcome = outcome(answer, of: context.record)
        observer?.ended([context], [outcome], isAbandoned: Task.isCancelled)
        return outcome
    }

    private func outcomes(_ contexts: [HandlerContext], _ body: ListenerTopic.BatchBody) async -> [HandlingOutcome] {
        observer?.began(contexts)
        let outcomes = zip(contexts, await answers(contexts, body)).map { outcome($1, of: $0.record) }
        observer?.ended(contexts, outcomes, isAbandoned: Task.isCancelled)
        return outcomes
    }

    private func answers(_ contexts: [HandlerContext], _ body: ListenerTopic.BatchBody) async -> [HandlerOutcome] {
        guard let fault else { return await handled(contexts, body) }
        let faults = contexts.map { fault($0).map(HandlerOutcome.failed) }
        let spared = zip(contexts, faults).filter { $1 == nil }.map(\.0)
        var answers = spared.isEmpty ? [].makeIterator() : await handled(spared, body).makeIterator()
        return faults.map { $0 ?? answers.next() ?? .retry(because: "the handler gave no outcome") }
    }

    private func handled(_ contexts: [HandlerContext], _ body: ListenerTopic.BatchBody) async -> [HandlerOutcome] {
        do { return try await body(contexts) } catch { return contexts.map { _ in .failed(error) } }
    }

    private func outcome(_ outcome: HandlerOutcome, of record: KafkaRecord) -> HandlingOutcome {
        switch outcome.kind {
        case .done(let records):
            // Tried again it would come to the same.
            if let fault = records.lazy.compactMap(\.fault).first { return .deadLetter(failure(fault, of: record), .permanentFailure) }
            return .done(writing: records.map(\.outgoing))
        case .retry(let texts, let delay): return .retry(failure(texts, of: record), after: delay)
        case .deadLetter(let texts, let reason): return .deadLetter(failure(texts, of: record), reason)
        case .failed(let error):
            let texts = HandlerFailure(error)
            switch decision(error).kind {
            case .retry(let delay): return .retry(failure(texts, of: record), after: delay)
            case .deadLetter(let reason): return .deadLetter(failure(texts, of: record), reason)
            }
        }
    }

    private func decision(_ error: any Error) -> RetryDecision {
        if let error = error as? any RetryClassifiable { return error.retryDecision }
        for classify in classifiers {
            if let decision = classify(error) { return decision }
        }
        return .retry
    }

    private func failure(_ texts: HandlerFailure, of record: KafkaRecord) -> RetryFailure {
        // The message may hold what came in the record, and is not logged.
        log.debug(
            "a record failed", [.partition: "\(record.source)", .offset: LogValue(record.offset), .error: .string(texts.type)])
        return RetryFailure(type: texts.type, message: texts.message, facilityID: facilityID?(record))
    }
}
