import CRDKafka

/// librdkafka's list of partitions, owned and destroyed once.
struct PartitionList: ~Copyable {
    // Lent by methods only: a pointer read from a list whose last use that was would dangle.
    private let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(owning pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) { self.pointer = pointer }

    init(capacity: Int = 1) { pointer = rd_kafka_topic_partition_list_new(Int32(clamping: capacity)) }

    init(_ partitions: some Collection<RDKafkaPartition>) {
        self.init(capacity: partitions.count)
        for partition in partitions { add(partition) }
    }

    init(_ starts: [RDKafkaPartition: RDKafkaStart]) {
        self.init(capacity: starts.count)
        for (partition, start) in starts { add(partition).pointee.offset = start.number }
    }

    /// Throws if metadata holds a NUL byte.
    init(_ offsets: some Collection<RDKafkaOffset>) throws(RDKafkaError) {
        self.init(capacity: offsets.count)
        for offset in offsets {
            if offset.metadata.contains(0) {
                throw RDKafkaError(.invalidArgument, message: "the metadata for \(offset.partition) holds a NUL byte")
            }
            let element = add(offset.partition)
            element.pointee.offset = offset.offset
            if !offset.metadata.isEmpty {
                // The list frees it with librdkafka's allocator.
                let copy = rd_kafka_mem_malloc(nil, offset.metadata.count)
                copy?.copyMemory(from: offset.metadata, byteCount: offset.metadata.count)
                element.pointee.metadata = copy
                element.pointee.metadata_size = offset.metadata.count
            }
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    @discardableResult
    func add(_ partition: RDKafkaPartition) -> UnsafeMutablePointer<rd_kafka_topic_partition_t> {
        rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
    }

    /// Lends the list to a call of librdkafka.
    func lend<Result>(_ call: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Result) -> Result { call(pointer) }

    /// What the list says of each partition.
    func reading<Value>(_ value: (rd_kafka_topic_partition_t) -> Value) -> [RDKafkaPartition: Value] {
        Dictionary(Self.elements(pointer).map { (RDKafkaPartition($0), value($0)) }) { _, last in last }
    }

    var partitions: [RDKafkaPartition] { Self.partitions(pointer) }

    /// Throws the first error that a partition of the list carries, naming the partition.
    func checkEach() throws(RDKafkaError) {
        for element in Self.elements(pointer) {
            try RDKafkaError.check(element.err, "\(RDKafkaPartition(element)): \(String(cString: rd_kafka_err2str(element.err)))")
        }
    }

    private static func elements(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> UnsafeBufferPointer<rd_kafka_topic_partition_t>
    {
        UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
    }

    static func partitions(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [RDKafkaPartition] {
        elements(list).map { RDKafkaPartition($0) }
    }
}

extension RDKafkaPartition {
    init(_ element: rd_kafka_topic_partition_t) { self.init(String(cString: element.topic), element.partition) }
}

extension RDKafkaStart {
    /// librdkafka's logical offsets are negative numbers. An offset below zero cannot be, and means the start.
    var number: Int64 {
        switch self {
        case .offset(let offset): max(0, offset)
        case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .end: Int64(RD_KAFKA_OFFSET_END)
        case .committed: Int64(RD_KAFKA_OFFSET_STORED)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, as librdkafka's time-outs want them: from 0 to what an `Int32` holds.
    var timeoutMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        if seconds >= Int64(Int32.max) / 1_000 { return .max }
        let perMillisecond: Int64 = 1_000_000_000_000_000
        return Int32(clamping: seconds * 1_000 + (attoseconds + perMillisecond - 1) / perMillisecond)
    }
}
