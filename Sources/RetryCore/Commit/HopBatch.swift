/// What one transaction writes and completes, closed: nothing joins it any more.
public struct HopBatch: Sendable {
    /// One partition's part.
    struct Part: Sendable {
        var epoch: Epoch
        var moves: [Move]
        var candidate: Progress.Candidate
        /// For each move, where its record stands among the batch's; `nil` if it has none.
        var recordIndices: [Int?] = []
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
    /// What to write, each partition's completion marker behind its records.
    public private(set) var records: [OutgoingRecord] = []

    init(number: Int, parts: [TopicPartition: Part]) {
        self.number = number
        self.parts = parts
        for (place, part) in parts.sorted(by: { $0.key < $1.key }) {
            var indices: [Int?] = []
            indices.reserveCapacity(part.moves.count)
            for move in part.moves {
                indices.append(move.output == nil ? nil : records.count)
                if let output = move.output { records.append(output) }
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

    /// The records whose place has to be told: completion markers.
    public var markerIndices: [Int] { parts.values.compactMap(\.markerIndex).sorted() }

    /// What is to be committed with it.
    var commits: [ProgressCommit] { parts.values.compactMap(\.commit).sorted { $0.partition < $1.partition } }

    /// Learns where its markers were written. False if that was not told of each.
    mutating func takeMarkerOffsets(from report: ProduceReport) -> Bool {
        var isComplete = true
        for (place, part) in parts {
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
