/// Plans the hops of one retry topic's records: from what a record's headers say, the settings and the time it is told follows what
/// is to be written where. It does no I/O and knows no clock, and answers the same whenever it is asked the same.
///
/// An object that never changes, since all partitions of a topic share it: a copy of its settings for each record would cost more than
/// planning does.
public final class HopPlanner: Sendable {
    /// What it plans by.
    public let settings: HopSettings
    /// How many partitions the targets have.
    public let partitionCounts: PartitionCounts

    /// The first partitions of the topics that records go to.
    let source: TopicPartition
    let deadLetters: TopicPartition
    let retries: TopicPartition
    let rewrite: HeaderRewrite
    /// In milliseconds: taking a `Duration` apart costs more than all else that an arrival does.
    let horizon: Int64
    let maxAge: Int64?
    let sourceCount: Int32
    let deadLetterCount: Int32
    let retryCount: Int32
    private let group: [UInt8]
    private let service: [UInt8]?

    /// A planner for `settings`. While a target's number of partitions is not known, records keep their partition's number.
    public init(_ settings: HopSettings, partitionCounts: PartitionCounts = [:]) {
        self.settings = settings
        self.partitionCounts = partitionCounts
        source = TopicPartition(settings.sourceTopic.name, 0)
        deadLetters = TopicPartition(settings.deadLetterTopic.name, 0)
        retries = TopicPartition(settings.retryTopic.name, 0)
        rewrite = HeaderRewrite(dialect: settings.dialect, sourceTopic: settings.sourceTopic.name)
        horizon = settings.horizon.roundedUpMilliseconds
        maxAge = settings.policy.maxAge?.roundedUpMilliseconds
        group = Array(settings.group.utf8)
        service = settings.service.map { Array($0.utf8) }
        sourceCount = partitionCounts[source.topic] ?? 0
        deadLetterCount = partitionCounts[deadLetters.topic] ?? 0
        retryCount = partitionCounts[retries.topic] ?? 0
    }

    /// The same planner, once topics have these numbers of partitions; those of others stay.
    public func knowing(_ counts: PartitionCounts) -> HopPlanner {
        var known = partitionCounts
        known.update(with: counts)
        return HopPlanner(settings, partitionCounts: known)
    }

    /// What a record that was just read from the retry topic is to us, and when something happens to it. One pass over its headers,
    /// without an allocation.
    public func arrival(of record: KafkaRecord, now: Timestamp) -> Arrival {
        record.scanHeaders { scan in
            if let arrival = belonging(scan) { return arrival }
            switch fate(of: record, scan, now: now) {
            case .deadLetter: return .due(.distantPast)
            case .retry(_, let due): return .due(due)
            }
        }
    }

    /// What happens to a record of ours at `now`. Whether it is ours was answered at its arrival, and is not asked again.
    public func hop(for record: KafkaRecord, now: Timestamp) -> Hop {
        record.scanHeaders { scan in
            switch fate(of: record, scan, now: now) {
            case .retry(_, let due) where due > now: .wait(until: due)
            case .retry(let made, _): .republish(republished(record, scan, retriesMade: made))
            case .deadLetter(let reason, let due):
                .deadLetter(deadLetter(record, scan, reason, explanation: explanation(reason, scan, due: due, now: now)), reason)
            }
        }
    }

    /// The rule about groups and services: `nil` if the record is ours. A marker that names no group is nobody's.
    private func belonging(_ scan: HeaderScan) -> Arrival? {
        let isMarker = scan.has(.retryMarker)
        if let named = scan.content(.retryGroup) {
            guard named.elementsEqual(group) else { return .passedOver }
            return isMarker ? .marker : nil
        }
        if isMarker { return .passedOver }
        guard let service, let named = scan.content(.exceptionService) else { return nil }
        return named.elementsEqual(service) ? nil : .passedOver
    }
}
