import KafkaRetry
import RDKafka
public import RetryCore

extension EmbeddedKafka {
    /// Lets the first handlings of each record of a topic fail with `error`, without a call of the handler; all else is handled as ever.
    ///
    /// - Parameters:
    ///   - key: only of records with this key; `nil` for any.
    ///   - times: how many handlings of each record fail, its first one included; `nil` for all.
    public func failHandling(
        of topic: KafkaTopic, key: String? = nil, times: Int? = 1, with error: any Error = InjectedFailure()
    ) {
        faults.add(.init(topic: topic, key: key.map { Array($0.utf8) }, times: times ?? .max, error: error))
    }

    /// Lets handlings of a topic succeed again that ``failHandling(of:key:times:with:)`` was to fail.
    public func stopFailing(_ topic: KafkaTopic) { faults.remove(topic) }

    /// Lets the broker refuse requests that write to a topic, whoever sends them. A request may hold several records of one partition.
    ///
    /// Faults that Kafka's client takes for passing, such as a time-out, it overcomes by sending again. Of one `run` only one topic's
    /// writes can fail.
    ///
    /// - Parameters:
    ///   - spared: how many requests succeed before.
    ///   - times: how many fail then.
    /// - Throws: `missingTopic` for a topic that is not there yet; `configuration` if another topic's writes fail already.
    public func failWrites(
        to topic: KafkaTopic, with fault: BrokerFault, after spared: Int = 0, times: Int = 1
    ) async throws {
        try await broker.failWrites(to: topic, with: fault.code, after: spared, times: times)
    }

    /// Lets the broker refuse the next commits of progress, of whichever group. What was done is then done again or committed later.
    public func failCommits(with fault: BrokerFault, times: Int = 1) async {
        await broker.failCommits(with: fault.code, times: times)
    }
}

/// What a handling fails with unless a test names another error.
public struct InjectedFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What it says of itself.
    public let description: String

    /// An error with this text.
    public init(_ description: String = "injected by a test") { self.description = description }
}

/// What a broker answers in place of doing what it was asked.
public struct BrokerFault: Hashable, Sendable {
    let code: RDKafkaError.Code

    /// The record is larger than the topic takes: final for that record.
    public static let messageTooLarge = BrokerFault(code: .msgSizeTooLarge)
    /// The record is not valid: final for that record.
    public static let invalidRecord = BrokerFault(code: .invalidRecord)
    /// The request took too long: passing.
    public static let timedOut = BrokerFault(code: .requestTimedOut)
    /// Another broker leads the partition: passing.
    public static let notLeader = BrokerFault(code: .notLeader)
    /// The connection is cut: passing.
    public static let disconnected = BrokerFault(code: .transport)
    /// Not allowed to write to the topic: lasts until somebody changes that, and is tried again.
    public static let notAuthorised = BrokerFault(code: .topicAuthorizationFailed)
    /// The group has moved on: what was done has to be committed anew.
    public static let illegalGeneration = BrokerFault(code: .illegalGeneration)
}
