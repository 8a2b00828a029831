import CRDKafka

/// A record's headers in librdkafka's own form: built, then handed over with the record, which leaves this empty for the next one.
public struct RDKafkaHeaders: ~Copyable {
    /// Made with the first header: a record without any pays for none.
    private var raw: OpaquePointer?

    /// No headers.
    public init() {}

    deinit { if let raw { rd_kafka_headers_destroy(raw) } }

    /// How many there are.
    public var count: Int { raw.map { rd_kafka_header_cnt($0) } ?? 0 }

    /// Adds a header behind those that are there. Names are bytes, repeated ones included; a `nil` value is Kafka's null.
    public mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        guard let list = raw ?? rd_kafka_headers_new(8) else { return }
        raw = list
        // To librdkafka a null pointer is null: the empty ones need another one.
        withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { empty in
            let empty = UnsafeRawPointer(empty.baseAddress)
            let nameStart = (name.baseAddress ?? empty)?.assumingMemoryBound(to: CChar.self)
            rd_kafka_header_add(list, nameStart, name.count, value.flatMap { $0.baseAddress ?? empty }, value?.count ?? 0)
        }
    }

    /// Adds a header behind those that are there.
    public mutating func append(_ name: String, _ value: [UInt8]?) {
        var name = name
        name.withUTF8 { name in
            let name = UnsafeRawBufferPointer(name)
            if let value { value.withUnsafeBytes { append(name: name, value: $0) } } else { append(name: name, value: nil) }
        }
    }

    /// Lends the list to `enqueue`, whose success makes it librdkafka's.
    mutating func handOver(_ enqueue: (OpaquePointer?) throws(RDKafkaError) -> Void) throws(RDKafkaError) {
        try enqueue(raw)
        raw = nil
    }
}
