/// Which partition of the target a record goes to. It keeps its number on every hop while the target has that partition; otherwise
/// the Java client's partitioner picks one by key, and a record without key takes its number modulo the count.
public enum Partitioner {
    /// The partition for a record that stands in partition `number`. If the target's count is not known (0 or less), its number.
    public static func partition(number: Int32, key: [UInt8]?, count: Int32) -> Int32 {
        partition(number: number, count: count) { key.map { byKey($0, count: count) } }
    }

    /// The same for a record.
    static func partition(of record: KafkaRecord, count: Int32) -> Int32 {
        partition(number: record.source.partition, count: count) { record.content.lend { $0.key.map { byKey($0, count: count) } } }
    }

    private static func partition(number: Int32, count: Int32, byKey: () -> Int32?) -> Int32 {
        let number = max(0, number)
        guard count > 0, number >= count else { return number }
        return byKey() ?? number % count
    }

    /// What the Java client's default partitioner answers for a key; `count` of 1 or less is one partition.
    public static func byKey(_ key: [UInt8], count: Int32) -> Int32 { key.withUnsafeBytes { byKey($0, count: count) } }

    private static func byKey(_ key: UnsafeRawBufferPointer, count: Int32) -> Int32 { (Murmur2.hash(key) & .max) % max(1, count) }
}
