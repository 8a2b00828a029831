/// What one transaction writes and completes, closed: nothing joins it any more.
public struct HopBatch: Sendable {
    /// One partition's part.
    struct Part: Sendable {
        var epoch: Epoch
        /// The number of the batch.
        var batch = 0
        var moves: [Move]
        var candidate: Progress.Candidate
        /// For each move, where its record stands among the batch's; `nil` if it has none.
        var recordIndices: [Int?] = []
        /// The moves that write a record again at its partition's tail.
        var cleaned: [Int] = []
        var markerIndex: Int?
        /// Where the delivery report said that the candidate's marker stands.
        var markerOffset: Int64?
        /// What was sent to be committed for it.
        var commit: ProgressCommit?
        /// What was told of the batch's records, while its outcome is unknown.
        var report = ProduceReport()
    }

    /// Which batch this is, counted from 1.
    public let number: Int
    /// Which of the two producers takes it: they take strict turns.
    public var producer: Int { number % 2 }
    var parts: [TopicPartition: Part]
    /// The batch before it was not committed, on whose progress its own builds.
    var isVoid = false
    /// What to write, each partition's completion marker behind its records.
    public private(set) var records: [OutgoingRecord] = []

    init(number: Int, parts: [TopicPartition: Part]) {
        self.number = number
        self.parts = parts
        records.reserveCapacity(parts.values.reduce(0) { $0 + $1.moves.count + 1 })
        for (place, part) in parts.sorted(by: { $0.key < $1.key }) {
            self.parts[place]?.batch = number
            var indices: [Int?] = []
            indices.reserveCapacity(part.moves.count)
            // By index: a move is large, and a loop over them would copy each.
            for index in part.moves.indices {
                if part.moves[index].kind == .cleaned { self.parts[place]?.cleaned.append(index) }
                if let output = part.moves[index].output {
                    indices.append(records.count)
                    records.append(output)
                } else {
                    indices.append(nil)
                }
                if !part.moves[index].further.isEmpty { records.append(contentsOf: part.moves[index].further) }
            }
            self.parts[place]?.recordIndices = indices
            if let marker = part.candidate.marker {
                self.parts[place]?.markerIndex = records.count
                records.append(marker.record(for: place))
            }
        }
    }

    /// The partitions whose progress it saves.
    public var partitions: some Collection<TopicPartition> { parts.keys }

    /// The records whose place has to be told: completion markers, and what is written again at the tail of its own partition.
    public var toldIndices: Set<Int> {
        var indices = Set(markerIndices)
        for part in parts.values { indices.formUnion(part.cleaned.compactMap { part.recordIndices[$0] }) }
        return indices
    }

    /// Where its completion markers stand among its records.
    var markerIndices: [Int] { parts.values.compactMap(\.markerIndex).sorted() }

    /// Where its records go, markers apart: these go where their partition is, whatever else does.
    var targets: Set<TopicPartition> { Set(parts.values.lazy.flatMap(\.moves).flatMap(\.targets)) }

    /// The targets whose records were not acknowledged in time, and whether any others' were written. Where librdkafka chooses the partition,
    /// one that answers says nothing of the others.
    func targets(failedIn report: ProduceReport) -> (failed: Set<TopicPartition>, isAnyWritten: Bool) {
        var (failed, written): (Set<TopicPartition>, Set<TopicPartition>) = ([], [])
        for (index, record) in records.enumerated() {
            if report.failed[index] != nil {
                failed.insert(record.target)
            } else if report.trouble(at: index) == nil {
                written.insert(record.target)
            }
        }
        return (failed.subtracting(written.filter { $0.partition >= 0 }), !written.isEmpty)
    }

    /// The targets that are not to be had.
    func targets(unavailableIn report: ProduceReport) -> Set<TopicPartition> { Set(report.unavailable.keys.map { records[$0].target }) }

    /// Whether there is something that writes nothing, and could fail only because it was in a transaction with what does.
    var hasMovesWithoutTargets: Bool { parts.values.contains { $0.moves.contains(where: \.targets.isEmpty) } }

    /// The topics that nothing was written to.
    func topics(purgedIn report: ProduceReport) -> Set<String> {
        var (purged, written): (Set<String>, Set<String>) = ([], [])
        for part in parts.values {
            for (move, first) in zip(part.moves, part.recordIndices) {
                for index in move.indices(from: first) {
                    let topic = records[index].target.topic
                    if report.purged[index] == nil { written.insert(topic) } else { purged.insert(topic) }
                }
            }
        }
        return purged.subtracting(written)
    }

    /// What is to be committed with it.
    var commits: [ProgressCommit] { parts.values.compactMap(\.commit).sorted { $0.partition < $1.partition } }

    /// Learns where its markers, and what was cleaned, were written. False if that was not told of each marker.
    mutating func takeOffsets(from report: ProduceReport) -> Bool {
        var isComplete = true
        for (place, part) in parts {
            for position in part.cleaned {
                guard let index = part.recordIndices[position] else { continue }
                parts[place]?.moves[position].newOffset = report.offsets[index].flatMap { $0 >= 0 ? $0 : nil }
            }
            guard let index = part.markerIndex else { continue }
            if let offset = report.offsets[index], offset >= 0 {
                parts[place]?.markerOffset = offset
            } else {
                isComplete = false
            }
        }
        return isComplete
    }
}

/// What is to be committed for a partition.
public struct ProgressCommit: Hashable, Sendable {
    /// The partition.
    public var partition: TopicPartition
    /// Its low-water mark.
    public var offset: Int64
    /// The rest, as text.
    public var metadata: String

    /// Low-water mark `offset` of `partition`, and what is done above it.
    public init(partition: TopicPartition, offset: Int64, metadata: String) {
        self.partition = partition
        self.offset = offset
        self.metadata = metadata
    }
}
