@testable import RetryCore

/// A shell for one machine in a test: what it does is asked for and answered by hand.
final class MachineScript {
    static let place = TopicPartition("T-Retry", 0)
    static let other = TopicPartition("T-Retry", 1)

    var machine: HopMachine
    var now = Timestamp(milliseconds: 1_000_000)
    /// What the last `wants()` answered.
    var actions: [HopAction] { done }
    private var done: [HopAction] = []
    /// What the brokers hold.
    private(set) var saved: [TopicPartition: ProgressCommit] = [:]
    /// What people were told.
    var told: [HopNotice] = []

    init(
        delivery: HopMachine.Delivery = .exactlyOnce, change: (inout HopMachine.Settings) -> Void = { _ in }
    ) throws {
        let planner = HopPlanner(try HopSettings(sourceTopic: "T", group: "g", policy: .fixed(.seconds(10), retries: 5)))
        var settings = HopMachine.Settings(group: "g", owner: "me", delivery: delivery, planners: ["T-Retry": planner], seed: 1)
        settings.batchSpacing = .zero
        settings.overlapsBatches = false
        change(&settings)
        machine = HopMachine(settings)
    }

    /// All that the machine wants now, by name.
    func wants() -> [String] {
        done = []
        while let action = machine.nextAction(now: now) { done.append(action) }
        return done.map(\.name)
    }

    /// The batch of the last `wants()`.
    var batch: HopBatch? {
        for case .produce(let batch) in done { return batch }
        return nil
    }

    /// What the last `wants()` would commit.
    var commits: [ProgressCommit] {
        for case .sendOffsets(let commits, _) in done { return commits }
        return []
    }

    /// The epochs of the restores that the last `wants()` asked for.
    var epochs: [TopicPartition: Epoch] {
        var epochs: [TopicPartition: Epoch] = [:]
        for case .restore(let place, let epoch) in done { epochs[place] = epoch }
        return epochs
    }

    func restore(_ place: TopicPartition, committed: Int64? = nil, metadata: String? = nil, log: Range<Int64> = 0..<1_000) {
        guard let epoch = epochs[place] else { return }
        let point = RestorePoint(committed: committed, metadata: metadata, logStart: log.lowerBound, logEnd: log.upperBound)
        machine.restored(place, epoch: epoch, point: point)
    }

    /// Partitions that are assigned, restored and announced.
    func own(_ places: [TopicPartition] = [place], committed: Int64 = 0) {
        machine.assigned(places, incrementally: false)
        _ = wants()
        for place in places { restore(place, committed: committed, metadata: "kr1 owner=me") }
        _ = wants()
    }

    /// Records at these offsets, due after so many milliseconds; of the five retries that each gets, so many are made.
    func fetch(_ offsets: [Int64], at place: TopicPartition = place, dueAfter delay: Int64 = 0, retriesMade: Int = 0) {
        machine.fetched(place, records(offsets, at: place, dueAfter: delay, retriesMade: retriesMade), now: now)
    }

    /// What the last `wants()` wanted to be read again is there, due after so many milliseconds, with values of `size` bytes if that is given.
    func answerRead(dueAfter delay: Int64, size: Int? = nil) {
        for case .read(let place, let epoch, let offsets) in done {
            var records = records(offsets, at: place, dueAfter: delay)
            if let size {
                for index in records.indices { records[index].value = [UInt8](repeating: 120, count: size) }
            }
            machine.reread(place, epoch: epoch, records: records, missing: [], now: now)
        }
    }

    private func records(
        _ offsets: [Int64], at place: TopicPartition, dueAfter delay: Int64, retriesMade: Int = 0
    ) -> [KafkaRecord] {
        offsets.map { offset in
            var headers = KafkaHeaders()
            headers.append(.nextRetryTimestamp, "\(now.milliseconds + delay)")
            headers.append(.exceptionMessage, "it failed")
            if retriesMade > 0 { headers.append(.retryCount, "\(retriesMade)") }
            return KafkaRecord(
                source: place, offset: offset, timestamp: now, key: nil, value: Array("record \(offset)".utf8), headers: headers)
        }
    }

    /// The batch goes through to the end.
    func succeed(_ report: ProduceReport = ProduceReport()) {
        machine.produced(report, now: now)
        _ = wants()
        for commit in commits { saved[commit.partition] = commit }
        machine.offsetsSent(nil, now: now)
        _ = wants()
        machine.committed(nil)
    }

    func wait(_ milliseconds: Int64) { now.milliseconds += milliseconds }

    /// The values of the batch's records.
    var values: [String] { batch?.records.map { String(decoding: $0.value ?? [], as: UTF8.self) } ?? [] }
}

extension HopAction {
    var name: String {
        switch self {
        case .restore(let place, _): "restore \(place)"
        case .assign(let offsets): "assign \(offsets.sorted { $0.key < $1.key }.map { "\($0.key)@\($0.value)" }.joined(separator: " "))"
        case .seek(let place, let offset): "seek \(place)@\(offset)"
        case .unassign(let places): "unassign \(places.map(\.description).joined(separator: " "))"
        case .read(let place, _, let offsets): "read \(place) \(offsets)"
        case .produce(let batch): "produce \(batch.records.count)"
        case .sendOffsets: "send offsets"
        case .commit: "commit"
        case .abort: "abort"
        case .recover: "recover"
        case .handle(let call): "handle \(call.place) \(call.items.map(\.record.offset))"
        case .cancel(let call): "cancel \(call)"
        case .withdraw(let calls): "withdraw \(calls)"
        case .pause(let place): "pause \(place)"
        case .resume(let place): "resume \(place)"
        }
    }
}

extension HopMachine {
    /// What became of the batch whose answer the machine waits for.
    mutating func produced(_ report: ProduceReport, now: Timestamp) { produced(report, of: lastBatch, now: now) }
}
