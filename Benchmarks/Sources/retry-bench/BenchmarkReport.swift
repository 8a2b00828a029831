import Foundation

/// One line of results; what does not apply is left out.
struct BenchmarkReport: Encodable {
    var peer: String
    var records: Int
    var seconds: Double
    var perSecond: Double
    /// The most memory that the process ever had resident.
    var peakResident = ResidentMemory.peak
    /// Memory while records wait.
    var resident: ResidentMemory?
    var bytesPerPending: Double?
    /// The same in a process that keeps next to no payloads.
    var indexBytesPerPending: Double?
    /// From the start of a process until it knows again what waits.
    var restoreSeconds: Double?
    /// What a plain reader takes for the same log.
    var plainReadSeconds: Double?
    /// What one takes that looks at the headers.
    var headerReadSeconds: Double?
    /// The time that processors spent on it in the relaying processes.
    var processor: Duration?
    /// How many records with short delays were written a second.
    var shortPerSecond: Double?
    /// How many of the records were found, exactly once each, by a read_committed reader.
    var arrivedOnce: Int?

    /// How long after their due times records were handled, those with short delays if there are two kinds.
    var late: Lateness?
    /// The same for those with long ones.
    var lateLong: Lateness?

    /// In milliseconds.
    struct Lateness: Encodable {
        var min, p50, p99, max: Int64

        /// `nil` if there is none in `sorted`.
        init?(_ sorted: [Int64]) {
            guard let first = sorted.first, let last = sorted.last else { return nil }
            (min, max) = (first, last)
            p50 = sorted[sorted.count / 2]
            p99 = sorted[sorted.count * 99 / 100]
        }
    }

    init(peer: String, records: Int, took: Duration) {
        self.peer = peer
        self.records = records
        seconds = took.inSeconds
        perSecond = seconds > 0 ? Double(records) / seconds : 0
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private enum Key: String, CodingKey {
        case peer, records, seconds
        case perSecond = "per_s"
        case resident = "rss_mib"
        case peakResident = "peak_rss_mib"
        case bytesPerPending = "bytes_per_pending"
        case indexBytesPerPending = "index_bytes_per_pending"
        case restoreSeconds = "restore_seconds"
        case plainReadSeconds = "plain_read_seconds"
        case headerReadSeconds = "header_read_seconds"
        case restoreRatio = "restore_ratio"
        case processorMicroseconds = "cpu_us"
        case shortPerSecond = "short_per_s"
        case arrivedOnce = "arrived_once"
        case late = "late_ms"
        case lateLong = "late_long_ms"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(peer, forKey: .peer)
        try container.encode(records, forKey: .records)
        try container.encode(Self.rounded(seconds), forKey: .seconds)
        try container.encode(perSecond.rounded(), forKey: .perSecond)
        try container.encode(Self.rounded((resident ?? peakResident).mebibytes), forKey: .resident)
        try container.encode(Self.rounded(peakResident.mebibytes), forKey: .peakResident)
        try container.encodeIfPresent(bytesPerPending.map(Self.rounded), forKey: .bytesPerPending)
        try container.encodeIfPresent(indexBytesPerPending.map(Self.rounded), forKey: .indexBytesPerPending)
        try container.encodeIfPresent(restoreSeconds.map(Self.rounded), forKey: .restoreSeconds)
        try container.encodeIfPresent(plainReadSeconds.map(Self.rounded), forKey: .plainReadSeconds)
        try container.encodeIfPresent(headerReadSeconds.map(Self.rounded), forKey: .headerReadSeconds)
        if let restoreSeconds, let plainReadSeconds {
            try container.encode(Self.rounded(restoreSeconds / plainReadSeconds), forKey: .restoreRatio)
        }
        try container.encodeIfPresent(
            processor.map { Self.rounded($0 / .microseconds(max(1, records))) }, forKey: .processorMicroseconds)
        try container.encodeIfPresent(shortPerSecond?.rounded(), forKey: .shortPerSecond)
        try container.encodeIfPresent(arrivedOnce, forKey: .arrivedOnce)
        try container.encodeIfPresent(late, forKey: .late)
        try container.encodeIfPresent(lateLong, forKey: .lateLong)
    }

    private static func rounded(_ number: Double) -> Double { (number * 1_000).rounded() / 1_000 }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
