/// A spool as a file keeps it: whoever dies, it stays.
final class SimulatedSpool {
    struct Record {
        var number: Int64
        var message: Int
        /// Whether a report said that it may have been written.
        var doubted: Bool
    }

    private let capacity: Int
    private(set) var records: [Record] = []
    private var lastNumber: Int64 = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { records.count }

    func contains(_ message: Int) -> Bool { records.contains { $0.message == message } }

    /// Its number; `nil` if there is no room.
    func append(_ message: Int, doubted: Bool) -> Int64? {
        guard records.count < capacity else { return nil }
        lastNumber += 1
        records.append(Record(number: lastNumber, message: message, doubted: doubted))
        return lastNumber
    }

    func read(after number: Int64, limit: Int) -> [Record] { Array(records.lazy.filter { $0.number > number }.prefix(limit)) }

    func hasMore(after number: Int64) -> Bool { (records.last?.number ?? 0) > number }

    func noteMayBeWritten(_ number: Int64) {
        for index in records.indices where records[index].number == number { records[index].doubted = true }
    }

    func remove(_ number: Int64) { records.removeAll { $0.number == number } }
}
