package import RetryCore

/// What a listener is surrounded by, where that is not the machine it runs on and a cluster of its own: for tests.
package struct ListenerEnvironment: Sendable {
    /// Where it takes the time from.
    package var clock: any RetryClock
    /// Makes and checks its topics in place of the cluster's administration, for brokers that have none.
    package var prepareTopics: (@Sendable (TopicRequest) async throws(KafkaRetryError) -> RelayTopics)?
    /// Whether it has all partitions of its topics for itself, without joining its group.
    package var assignsAll = false
    /// Answers the error with which a record's handling fails in place of the handler's call; `nil` calls the handler.
    package var handlerFault: (@Sendable (HandlerContext) -> (any Error)?)?
    /// Who is told what the listener does.
    package var observer: (any ListenerObserver)?

    /// The machine's clock, the cluster's own administration, and nobody who looks on.
    package static let system = ListenerEnvironment(clock: SystemClock())

    /// An environment that differs from the usual one by its clock.
    package init(clock: any RetryClock) { self.clock = clock }
}

/// A listener among those of the process: no two that run have the same.
package struct ListenerName: Hashable, Sendable, CustomStringConvertible {
    /// Its consumer group.
    package var group: String
    /// What it is called in the group.
    package var owner: String

    /// Both.
    package var description: String { "\(owner) of \(group)" }
}

/// The topics that a listener needs.
package struct TopicRequest: Sendable {
    /// Its source topics, and how those that belong to them are called.
    package var topics: [(source: KafkaTopic, naming: TopicNaming)]
    /// Who needs them.
    package var listener: ListenerName
    /// Whether missing retry and dead letter topics may be created.
    package var createsTopics: Bool
    /// What its hops are to promise.
    package var delivery: DeliveryGuarantee
}

/// Is told what a listener does, on threads that must not be kept.
package protocol ListenerObserver: Sendable {
    /// A handler is being called, for one record or for a batch of them.
    func began(_ contexts: [HandlerContext])
    /// That call has ended. If it was abandoned its outcomes count for nothing.
    func ended(_ contexts: [HandlerContext], _ outcomes: [HandlingOutcome], isAbandoned: Bool)
    /// The listener may have committed something, among it these more offsets of records with which a handler was done.
    func committed(handled: [TopicPartition: [Int64]])
    /// A listener has ended.
    func ended(_ listener: ListenerName, _ result: Result<ListenerAccount, KafkaRetryError>)
}
