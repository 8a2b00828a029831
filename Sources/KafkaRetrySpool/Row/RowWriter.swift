import KafkaRetry
import RetryCore

/// Lays a message out as the columns of a row. One is used for any number of rows.
struct RowWriter {
    static let sql = """
        INSERT INTO message (topic, partition, key, value, headers, accepted, attempts, failure, checksum, number)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// All of the row's bytes, one field after the other.
    private var bytes: [UInt8] = []

    mutating func write(_ entry: SpoolEntry, number: Int64, with insert: borrowing SQLiteStatement) throws(SpoolError) {
        let message = entry.message
        bytes.removeAll(keepingCapacity: true)
        let topic = field(message.topic.name.utf8)
        let key = message.key.map { field($0) }
        let value = message.value.map { field($0) }
        var headers: Range<Int>?
        if !message.headers.isEmpty {
            let start = bytes.count
            HeaderEncoding.append(message.headers, to: &bytes)
            headers = start..<bytes.count
        }
        let failure = entry.failure.map { field($0.utf8) }
        let attempts = Int64(max(0, entry.attempts))

        var failed: SpoolError?
        bytes.withUnsafeBytes { bytes in
            func bytesOf(_ range: Range<Int>?) -> UnsafeRawBufferPointer? { range.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) } }
            let columns = RowColumns(
                number: number, topic: UnsafeRawBufferPointer(rebasing: bytes[topic]), partition: message.partition, key: bytesOf(key),
                value: bytesOf(value), headers: bytesOf(headers), accepted: entry.accepted.milliseconds,
                attempts: entry.mayBeWritten ? ~attempts : attempts,
                failure: bytesOf(failure))
            do throws(SpoolError) { try Self.insert(columns, with: insert) } catch { failed = error }
        }
        if let failed { throw failed }
    }

    private static func insert(_ columns: RowColumns, with insert: borrowing SQLiteStatement) throws(SpoolError) {
        try insert.bind(1, text: columns.topic)
        try insert.bind(2, columns.partition.map(Int64.init))
        try insert.bind(3, blob: columns.key)
        try insert.bind(4, blob: columns.value)
        try insert.bind(5, blob: columns.headers)
        try insert.bind(6, columns.accepted)
        try insert.bind(7, columns.attempts)
        try insert.bind(8, text: columns.failure)
        try insert.bind(9, columns.checksum)
        try insert.bind(10, columns.number)
        try insert.run()
    }

    private mutating func field(_ content: some Collection<UInt8>) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: content)
        return start..<bytes.count
    }
}

/// A row's contents, which somebody lends.
struct RowColumns {
    var number: Int64
    var topic: UnsafeRawBufferPointer
    var partition: Int32?
    var key: UnsafeRawBufferPointer?
    var value: UnsafeRawBufferPointer?
    var headers: UnsafeRawBufferPointer?
    var accepted: Int64
    var attempts: Int64
    var failure: UnsafeRawBufferPointer?

    var checksum: Int64 {
        var checksum = Checksum()
        checksum.add(number)
        checksum.add(topic)
        checksum.add(partition.map(Int64.init) ?? .min)
        checksum.add(key)
        checksum.add(value)
        checksum.add(headers)
        checksum.add(accepted)
        checksum.add(attempts)
        checksum.add(failure)
        return checksum.value
    }
}
