import CRDKafka

/// Small records without headers for one topic and partition, gathered so that librdkafka takes them in one call: that spares each of them a look at
/// the clock and at the topic. Their bytes are copied in, and once more by librdkafka.
public struct RDKafkaRecordBatch: ~Copyable {
    private static let mostRecords = 512
    private static let mostBytes = 1 << 17
    /// A larger one costs more to copy than it gains.
    private static let largestRecord = 1 << 12

    private let records: UnsafeMutablePointer<rd_kafka_message_t>
    private let bytes: UnsafeMutableRawPointer
    private var used = 0
    /// How many there are.
    public private(set) var count = 0

    /// None yet.
    public init() {
        records = .allocate(capacity: Self.mostRecords)
        bytes = .allocate(byteCount: Self.mostBytes, alignment: 1)
    }

    deinit {
        records.deallocate()
        bytes.deallocate()
    }

    /// Whether there is nothing to hand over.
    public var isEmpty: Bool { count == 0 }

    /// Whether a record of this size may be in a batch at all.
    public static func admits(byteCount: Int) -> Bool { byteCount <= largestRecord }

    /// Whether there is room for a record of this size.
    public func hasRoom(byteCount: Int) -> Bool { count < Self.mostRecords && used + byteCount <= Self.mostBytes }

    /// Adds a record behind those that are there; ask ``hasRoom(byteCount:)`` before. `nil` is Kafka's null.
    public mutating func append(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, token: Int) {
        precondition(hasRoom(byteCount: (key?.count ?? 0) + (value?.count ?? 0)), "the batch is full")
        var record = rd_kafka_message_t()
        if let key {
            record.key = copy(key)
            record.key_len = key.count
        }
        if let value {
            record.payload = copy(value)
            record.len = value.count
        }
        record._private = UnsafeMutableRawPointer(bitPattern: token)
        records.advanced(by: count).initialize(to: record)
        count += 1
    }

    private mutating func copy(_ content: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
        let place = bytes.advanced(by: used)
        if let start = content.baseAddress { place.copyMemory(from: start, byteCount: content.count) }
        used += content.count
        return place
    }

    /// Forgets the records; answers their tokens.
    public mutating func removeAll() -> [Int] {
        defer { (count, used) = (0, 0) }
        return UnsafeBufferPointer(start: records, count: count).map { Int(bitPattern: $0._private) }
    }

    fileprivate mutating func handOver(
        to topic: OpaquePointer, _ partition: Int32, refused: (_ token: Int, RDKafkaError) -> Void
    ) {
        let taken = rd_kafka_produce_batch(topic, partition, RD_KAFKA_MSG_F_COPY, records, Int32(count))
        if taken < count {
            for record in UnsafeBufferPointer(start: records, count: count) where record.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                if let error = RDKafkaError(record.err) { refused(Int(bitPattern: record._private), error) }
            }
        }
        (count, used) = (0, 0)
    }
}

extension RDKafkaProducer {
    /// Hands the records of a batch to librdkafka, in order, which leaves it empty. Does not block.
    ///
    /// - Parameter refused: told of each record that was not taken, in order: there is no report for it. Behind one that met a full queue none is
    ///   taken.
    public func produce(
        _ batch: inout RDKafkaRecordBatch, to topic: RDKafkaTopic, partition: Int32, refused: (_ token: Int, RDKafkaError) -> Void
    ) {
        guard !batch.isEmpty else { return }
        batch.handOver(to: topic.handle.raw, partition, refused: refused)
    }
}
