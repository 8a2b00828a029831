import RDKafka

/// Tells when a consumer whose queue was full has room for more again: librdkafka would not notice for up to a second.
struct PrefetchGauge {
    private let mostMessages: Double
    private let mostBytes: Double
    /// The size of what was drained last, on average.
    private var messageSize = 0.0
    /// Whether the queue was so full that librdkafka may have stopped fetching.
    private var wasFull = false

    /// From here on librdkafka may have stopped: the queue was fuller before the drain.
    private static let full = 0.5
    /// From here on down it is to go on: early enough that the queue does not run empty meanwhile.
    private static let low = 0.25

    /// For a consumer of this configuration.
    init(_ configuration: RDKafkaConfiguration) {
        func number(_ name: String, _ standard: Double) -> Double { configuration[name].flatMap { Double($0) } ?? standard }
        mostMessages = max(1, number("queued.min.messages", 100_000))
        mostBytes = max(1, number("queued.max.messages.kbytes", 65_536) * 1_024)
    }

    /// After a drain of `count` messages with `bytes` in their keys and values, which has left `queued` behind: whether librdkafka is to be
    /// woken.
    mutating func isRunningLow(queued: Int, drained count: Int, bytes: Int) -> Bool {
        if count > 0 { messageSize = Double(bytes) / Double(count) }
        func fullness(_ messages: Int) -> Double {
            max(Double(messages) / mostMessages, Double(messages) * messageSize / mostBytes)
        }
        wasFull = wasFull || fullness(queued + count) >= Self.full
        guard wasFull, fullness(queued) < Self.low else { return false }
        wasFull = false
        return true
    }
}
