import RDKafka

/// How much a consumer may fetch ahead.
struct PrefetchLimits {
    /// For librdkafka's `queued.min.messages`.
    let messages: Int
    /// For its `queued.max.messages.kbytes`, which counts keys and values only.
    let kilobytes: Int
    /// For its `fetch.max.bytes`: what one answer may bring above the other two.
    let fetchBytes: Int

    /// What librdkafka 2.0.2 takes for a message: 514 B with a value of 100 B and three headers (measured), and a little for larger headers.
    private static let messageOverhead = 640
    /// More gains nothing while the fetcher is woken in time, and headers, which may be large, are bounded by no other limit.
    private static let mostMessages = 10_000
    private static let mostKilobytes = 2_097_151

    /// How soon a partition is fetched from again whose queue was full, in milliseconds: librdkafka's own 1,000 would let small queues run empty
    /// (measured with 2.16: 35,000 records a second in place of 500,000).
    private static let queueBackoff = 5
    /// From 2.2 on it is a property; before, whoever has room wakes the fetcher → ``PrefetchGauge``.
    private static let hasQueueBackoff = RDKafkaVersion.number >= 0x0202_00FF

    /// About `bytes` of memory: half for keys and values, half for what comes with each message.
    init(bytes: Int) {
        messages = min(Self.mostMessages, max(100, bytes / 2 / Self.messageOverhead))
        kilobytes = min(Self.mostKilobytes, max(128, bytes / 2 / 1_024))
        fetchBytes = min(52_428_800, max(1_000_000, bytes / 8))
    }

    /// Sets them, where the user has not.
    func apply(to configuration: inout RDKafkaConfiguration) {
        if Self.hasQueueBackoff { configuration.setDefault("fetch.queue.backoff.ms", String(Self.queueBackoff)) }
        configuration["queued.max.messages.kbytes"] = String(kilobytes)
        configuration.setDefault("queued.min.messages", String(messages))
        // It must not be less than the largest message.
        let largest = configuration["message.max.bytes"].flatMap { Int($0) } ?? 0
        configuration.setDefault("fetch.max.bytes", String(max(fetchBytes, largest)))
    }
}
