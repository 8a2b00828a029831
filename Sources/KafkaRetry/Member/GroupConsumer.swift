import RDKafka
import RetryCore

/// The group's member: what it was given, what it reads of that, and where it still has to go. One thread's, as its consumer is.
final class GroupConsumer {
    /// What may be asked from other threads.
    var requests: RDKafkaConsumerRequests { consumer.requests }
    /// Whether partitions come and go one by one; known from the first rebalance on.
    private(set) var isCooperative = false

    private let consumer: RDKafkaConsumer
    private var prefetch: PrefetchGauge
    /// Whether the process stood still.
    var standstill: StandstillWatch
    /// What is read, and from where on.
    private var consumed: [TopicPartition: Int64] = [:]
    /// Where to go on reading, where the consumer has not gone yet.
    private var seeks: [TopicPartition: Int64] = [:]
    /// From what nothing is fetched just now, though it is consumed.
    private var paused: Set<TopicPartition> = []
    /// Whether a revocation or loss still waits for its answer.
    private var owesAnswer = false

    /// Time for what was fetched before a seek to be given up.
    private static let seekPatience: Duration = .seconds(3)
    /// Between two tries to go on reading elsewhere.
    private static let seekPause: Duration = .milliseconds(100)

    /// A consumer of this configuration.
    init(_ configuration: RDKafkaConfiguration, observer: RDKafkaObserver, wakeUp: @escaping @Sendable () -> Void)
        throws(RDKafkaConfigurationError)
    {
        consumer = try RDKafkaConsumer(configuration, observer: observer, wakeUp: wakeUp)
        prefetch = PrefetchGauge(configuration)
        standstill = StandstillWatch(configuration)
    }

    func subscribe(_ topics: [String]) throws(RDKafkaError) { try consumer.subscribe(topics) }

    /// Leaves the group, as a static member does not by closing; a revocation follows if it has anything.
    func unsubscribe() throws(RDKafkaError) { try consumer.unsubscribe() }

    /// The generation of now. Throws while there is no membership.
    func groupMetadata() throws(RDKafkaError) -> RDKafkaGroupMetadata { try consumer.groupMetadata() }

    func close() { try? consumer.close() }

    /// How long its owner may wait at the most before it asks again.
    var longestWait: Duration { seeks.isEmpty ? .seconds(1) : Self.seekPause }

    /// Hands out what has arrived: messages first, then rebalances.
    func drain(max: Int, rebalance: (RDKafkaRebalance) -> Void, message: (borrowing RDKafkaMessage) -> Void) -> Int {
        var bytes = 0
        let count = consumer.drain(
            max: max,
            rebalance: { event in
                isCooperative = consumer.rebalanceProtocol == .cooperative
                if case .assign = event {} else { owesAnswer = true }
                rebalance(event)
            },
            message: { lent in
                bytes += lent.contentSize
                message(lent)
            })
        if prefetch.isRunningLow(queued: consumer.queuedCount, drained: count, bytes: bytes) {
            consumer.wakeFetcher(of: consumed.keys.map(RDKafkaPartition.init))
        }
        return count
    }

    /// Has librdkafka look at once at what to fetch.
    func wakeFetcher() { consumer.wakeFetcher(of: consumed.keys.map(RDKafkaPartition.init)) }

    // MARK: - Answering

    /// Reads these partitions too, each from its offset; the answer to an assignment, with none as well.
    func assign(_ offsets: [TopicPartition: Int64]) throws(RDKafkaError) {
        var starts: [RDKafkaPartition: RDKafkaStart] = [:]
        for (place, offset) in offsets { starts[RDKafkaPartition(place)] = .offset(offset) }
        if isCooperative { try consumer.incrementalAssign(starts) } else { try consumer.assign(starts) }
        consumed.merge(offsets) { _, new in new }
    }

    /// Reads these no more; the answer to a revocation or a loss. A pause would outlast it in librdkafka: whoever comes back would not be
    /// read (measured).
    func unassign(_ places: [TopicPartition]) throws(RDKafkaError) {
        for place in places { seeks[place] = nil }
        let resumed = paused.intersection(places)
        paused.subtract(resumed)
        if !resumed.isEmpty { try consumer.resume(resumed.sorted().map(RDKafkaPartition.init)) }
        guard isCooperative else {
            (consumed, owesAnswer) = ([:], false)
            return try consumer.unassign()
        }
        // Those that left before their progress was known were never added; an empty list is an answer too.
        try consumer.incrementalUnassign(places.filter { consumed[$0] != nil }.map(RDKafkaPartition.init))
        owesAnswer = false
        for place in places { consumed[place] = nil }
    }

    // MARK: - Pausing

    /// Fetches nothing from this one until ``resume(_:)``.
    func pause(_ place: TopicPartition) throws(RDKafkaError) {
        paused.insert(place)
        try consumer.pause([RDKafkaPartition(place)])
    }

    /// Fetches from this one again.
    func resume(_ place: TopicPartition) throws(RDKafkaError) {
        paused.remove(place)
        try consumer.resume([RDKafkaPartition(place)])
    }

    // MARK: - Seeking

    /// Goes on reading elsewhere, once ``goOnSeeking(_:)`` says so.
    func seek(_ place: TopicPartition, to offset: Int64) { seeks[place] = offset }

    /// Goes where it has to, and tells the partitions of which nothing comes any more that was fetched before. What cannot be done yet is
    /// tried again: a partition whose topic was just deleted may come back, or leaves soon. Blocking, for seconds if brokers are silent.
    func goOnSeeking(_ log: RetryLogger) -> [TopicPartition] {
        var sought: [TopicPartition] = []
        for (place, offset) in seeks where consumed[place] != nil {
            do throws(RDKafkaError) {
                try go(place, to: offset)
                seeks[place] = nil
                sought.append(place)
            } catch {
                log.debug("the consumer cannot seek yet", [.partition: "\(place)", .error: LogValue(error)])
            }
        }
        return sought
    }

    private func go(_ place: TopicPartition, to offset: Int64) throws(RDKafkaError) {
        do throws(RDKafkaError) {
            try consumer.seek([RDKafkaPartition(place): .offset(offset)], timeout: Self.seekPatience)
            consumed[place] = offset
        } catch {
            guard error.code == .state, !owesAnswer else { throw error }
            try restart(place, at: offset)
        }
    }

    /// A partition whose position lies outside its log is stopped, and a stopped one cannot be sought in (measured): it is given
    /// up and taken again. Not while a rebalance waits for its answer, which either call would be taken for.
    private func restart(_ place: TopicPartition, at offset: Int64) throws(RDKafkaError) {
        let partition = RDKafkaPartition(place)
        if isCooperative {
            try consumer.incrementalUnassign([partition])
            try consumer.incrementalAssign([partition: .offset(offset)])
        } else {
            let positions = try consumer.position(consumed.keys.map(RDKafkaPartition.init))
            var starts: [RDKafkaPartition: RDKafkaStart] = [:]
            for (other, start) in consumed {
                starts[RDKafkaPartition(other)] = .offset((positions[RDKafkaPartition(other)] ?? nil) ?? start)
            }
            starts[partition] = .offset(offset)
            try consumer.assign(starts)
        }
        consumed[place] = offset
        // What is taken anew is fetched from again.
        let paused = paused.filter { isCooperative ? $0 == place : true }
        if !paused.isEmpty { try consumer.pause(paused.map(RDKafkaPartition.init)) }
    }
}
