import CSQLite
import KafkaRetry
import RetryCore

/// Reads a row back into the message that it was, or into nothing if it is not what was written.
enum RowReader {
    static let columns = "number, topic, partition, key, value, headers, accepted, attempts, failure, checksum"

    static func message(_ row: borrowing SQLiteStatement) -> SpooledMessage? {
        guard let number = row.integer(0), let topic = row.bytes(1, SQLITE_TEXT), let accepted = row.integer(6),
            let attempts = row.integer(7), let checksum = row.integer(9), row.isNull(2) || row.integer(2) != nil
        else { return nil }
        let partition = row.integer(2).map { Int32(truncatingIfNeeded: $0) }
        let columns = RowColumns(
            number: number, topic: topic, partition: partition, key: row.bytes(3, SQLITE_BLOB), value: row.bytes(4, SQLITE_BLOB),
            headers: row.bytes(5, SQLITE_BLOB), accepted: accepted, attempts: attempts, failure: row.bytes(8, SQLITE_TEXT))
        // Of one that may be written the bits of its attempts are turned round.
        let mayBeWritten = attempts < 0
        guard columns.checksum == checksum, let attempts = Int(exactly: mayBeWritten ? ~attempts : attempts) else { return nil }

        var headers = KafkaHeaders()
        if let encoded = columns.headers {
            guard let decoded = HeaderEncoding.decode(encoded) else { return nil }
            headers = decoded
        }
        let record = ProducerRecord(
            to: KafkaTopic(String(decoding: topic, as: UTF8.self)), partition: partition, key: columns.key.map(Array.init),
            value: columns.value.map(Array.init), headers: headers)
        return SpooledMessage(
            number: number,
            entry: SpoolEntry(
                record, accepted: Timestamp(milliseconds: accepted), attempts: attempts,
                failure: columns.failure.map { String(decoding: $0, as: UTF8.self) }, mayBeWritten: mayBeWritten))
    }
}

extension ProducerRecord {
    /// What it counts for in a spool: key, value, headers and the topic's name, in bytes.
    var spoolBytes: Int64 { Int64(topic.name.utf8.count + (key?.count ?? 0) + (value?.count ?? 0) + headers.byteCount) }
}
