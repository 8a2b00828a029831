import Foundation
import KafkaRetry
import RetryCore

/// A member's rules alone, on one thread and without Kafka: each record fails once, waits, and its retry succeeds. What a member's thread
/// spends beside reading, waking others and the transactions' steps.
struct RulesCommand: BenchmarkCommand {
    var records: Int
    var delay: Duration
    var slots: Int

    init(_ arguments: inout Arguments) throws(UsageError) {
        records = try arguments.number("N")
        delay = .milliseconds(try arguments.number("DELAY_MS"))
        slots = try arguments.optionalNumber("SLOTS") ?? 16
    }

    func run() async throws -> BenchmarkReport? {
        var member = try MemberWithoutKafka(records: records, delay: delay, slots: slots)
        let (start, spent) = (ContinuousClock.now, ProcessorTime.now)
        while member.machine.account.handled < records { member.pass() }
        var report = BenchmarkReport(peer: "swift-kafka-retry rules", records: records, took: .now - start)
        report.processor = ProcessorTime.now - spent
        guard member.machine.account.retried == records else { throw BenchmarkFailure("not every record failed once") }
        return report
    }
}

/// A machine whose shell answers everything at once.
private struct MemberWithoutKafka {
    private static let partitions: Int32 = 4
    /// What is fetched at a time, as the member's thread does.
    private static let fetchSize = 1_000

    var machine: HopMachine
    private var now = Timestamp(milliseconds: 1_800_000_000_000)
    private let sources: [TopicPartition]
    private let retries: [TopicPartition]
    private let records: Int
    private var written = 0
    private var ends: [TopicPartition: Int64] = [:]
    /// What stands in the retry topic and has not been fetched.
    private var log: [TopicPartition: [KafkaRecord]] = [:]
    private var calls: [HandlerCall] = []
    private var isAssigned = false
    private var paused: Set<TopicPartition> = []
    private let failure = RetryFailure(type: "HandlerOutcome.retry", message: "the handler did not say why")
    private let value = [UInt8](repeating: 0, count: 100)

    init(records: Int, delay: Duration, slots: Int) throws {
        let topic = "Rules"
        let hop = try HopSettings(sourceTopic: KafkaTopic(topic), group: "rules", policy: try .fixed(delay, retries: 1))
        let planner = HopPlanner(
            hop, partitionCounts: [topic: Self.partitions, hop.retryTopic.name: Self.partitions, hop.deadLetterTopic.name: Self.partitions])
        var handler = HandlerSettings(planner)
        (handler.concurrency, handler.retryConcurrency, handler.breaker) = (slots, slots, nil)
        var settings = HopMachine.Settings(group: "rules", owner: "rules", delivery: .exactlyOnce, planners: [:], seed: 1)
        settings.handlers = [handler]
        // All stays in memory: nothing is read again.
        settings.payloadBytes = 4 << 30
        machine = HopMachine(settings)
        self.records = records
        sources = (0..<Self.partitions).map { TopicPartition(topic, $0) }
        retries = (0..<Self.partitions).map { TopicPartition(hop.retryTopic.name, $0) }
        machine.assigned(sources + retries, incrementally: false)
    }

    /// A pass of the member's thread: fetch, act, have the handlers end.
    mutating func pass() {
        now = now.advanced(milliseconds: 5)
        if isAssigned { fetch() }
        while let action = machine.nextAction(now: now) { perform(action) }
        let ended = calls.map { call -> (id: Int, outcomes: OneOrMany<HandlingOutcome>) in
            (call.id, .one(call.items[0].retry == 0 ? .retry(failure, after: nil) : .done))
        }
        calls.removeAll(keepingCapacity: true)
        machine.handled(ended, now: now)
    }

    private mutating func fetch() {
        for place in retries {
            guard let records = log[place], !records.isEmpty else { continue }
            log[place] = []
            machine.fetched(place, records, now: now)
        }
        for place in sources where !paused.contains(place) && written < records {
            let fetched = (0..<min(Self.fetchSize / sources.count, records - written)).map { index in
                let number = written + index
                let offset = ends[place, default: 0]
                ends[place] = offset + 1
                let key = Array("k\(number % 250)-\(place.partition)".utf8)
                return KafkaRecord(source: place, offset: offset, timestamp: now, key: key, value: value)
            }
            written += fetched.count
            machine.fetched(place, fetched, now: now)
        }
    }

    private mutating func perform(_ action: HopAction) {
        switch action {
        case .restore(let place, let epoch):
            machine.restored(place, epoch: epoch, point: RestorePoint(committed: nil, metadata: nil, logStart: 0, logEnd: 0))
        case .handle(let call): calls.append(call)
        case .produce(let batch):
            let told = batch.toldIndices
            var report = ProduceReport()
            for (index, record) in batch.records.enumerated() {
                let offset = ends[record.target, default: 0]
                ends[record.target] = offset + 1
                if told.contains(index) { report.offsets[index] = offset }
                log[record.target, default: []].append(
                    KafkaRecord(
                        source: record.target, offset: offset, timestamp: now, key: record.key, value: record.value, headers: record.headers
                    ))
            }
            machine.produced(report, of: batch.number, now: now)
        case .sendOffsets: machine.offsetsSent(nil, now: now)
        case .commit: machine.committed(nil)
        case .pause(let place): paused.insert(place)
        case .resume(let place): paused.remove(place)
        case .recover: machine.recovered()
        case .assign: isAssigned = true
        case .seek, .unassign, .read, .abort, .cancel, .withdraw: break
        }
    }
}
