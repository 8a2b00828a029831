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
    var restoreSeconds: Double?
    /// How many of the records were found, exactly once each, by a read_committed reader.
    var arrivedOnce: Int?

    /// How long after their due times records were handled.
    var late: Lateness?

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
        case restoreSeconds = "restore_seconds"
        case arrivedOnce = "arrived_once"
        case late = "late_ms"
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
        try container.encodeIfPresent(restoreSeconds.map(Self.rounded), forKey: .restoreSeconds)
        try container.encodeIfPresent(arrivedOnce, forKey: .arrivedOnce)
        try container.encodeIfPresent(late, forKey: .late)
    }

    private static func rounded(_ number: Double) -> Double { (number * 1_000).rounded() / 1_000 }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
