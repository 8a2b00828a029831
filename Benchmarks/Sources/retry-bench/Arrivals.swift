import RDKafka
import RetryCore

/// Reads what arrives behind some offsets while it does, as a read_committed reader sees it: when, how often, and how late.
struct Arrivals {
    /// In milliseconds, of the numbers from `firstShort` on, and of those before.
    private(set) var late: (short: [Int64], long: [Int64]) = ([], [])

    private let consumer: RDKafkaConsumer
    private let arrived = Mailbox<Never>()
    private let firstShort: Int
    private var counts: [UInt8]
    private var (early, repeated, strangers) = (0, 0, 0)

    /// - Parameter firstShort: from this number on records have short delays.
    init(behind starts: [RDKafkaPartition: Int64], of bootstrap: String, numbers: Int, firstShort: Int) throws {
        self.firstShort = firstShort
        counts = [UInt8](repeating: 0, count: numbers)
        consumer = try RDKafkaConsumer(
            [
                "bootstrap.servers": bootstrap, "group.id": "retry-bench-arrivals", "isolation.level": "read_committed",
                "auto.offset.reset": "error",
            ], wakeUp: { [arrived] in arrived.ring() })
        try consumer.assign(starts.mapValues { .offset($0) })
    }

    /// Reads until so many have arrived.
    mutating func read(short: Int, long: Int, within patience: Duration) throws {
        let deadline = ContinuousClock.now + patience
        while late.short.count < short || late.long.count < long {
            guard ContinuousClock.now < deadline else {
                throw BenchmarkFailure("\(late.short.count) of \(short) short and \(late.long.count) of \(long) long delays arrived")
            }
            try readWhatIsThere()
            _ = arrived.take(timeout: .milliseconds(100))
        }
    }

    /// Throws unless all that came was expected, came once, and was not early.
    mutating func check() throws {
        try readWhatIsThere()
        guard early == 0, repeated == 0, strangers == 0 else {
            throw BenchmarkFailure("\(early) were early, \(repeated) repeated, \(strangers) unknown")
        }
    }

    private mutating func readWhatIsThere() throws {
        var failure: RDKafkaError?
        while consumer.drain(max: 1_000, message: { failure = take($0) ?? failure }) > 0 {}
        if let failure { throw failure }
    }

    private mutating func take(_ message: borrowing RDKafkaMessage) -> RDKafkaError? {
        guard !message.isEvent else { return message.error }
        guard let number = NumberedRecord.number(in: message.value), counts.indices.contains(number),
            let due = NumberedRecord.due(in: message.value)
        else {
            strangers += 1
            return nil
        }
        guard counts[number] == 0 else {
            repeated += 1
            return nil
        }
        counts[number] = 1
        let late = Timestamp.now.milliseconds - due
        if late < 0 { early += 1 }
        if number < firstShort { self.late.long.append(late) } else { self.late.short.append(late) }
        return nil
    }
}
