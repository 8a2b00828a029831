/// What a group knows of a retry partition between two owners: Kafka's committed offset is the low-water mark, and its
/// metadata the text of the rest.
///
/// The text is ASCII: brokers rewrite what is not UTF-8 and librdkafka cuts at a NUL (measured). It reads
/// `kr1 owner=… [marker=offset/id] [done=runs]`.
public struct SavedProgress: Hashable, Sendable {
    /// The form of the text that this version writes.
    static let version = 1
    /// The most characters that metadata may have: brokers allow 4,096 by default, some less.
    public static let capacity = 3_000

    /// The member that owned the partition last, by its `group.instance.id`.
    public var owner: String
    /// The last completion marker, if one was written.
    public var marker: MarkerReference?
    /// What is done above the low-water mark and in no marker, as text relative to it.
    var done: String

    /// Progress of `owner` with `unsaved` done above `lowWater`.
    init(owner: String, marker: MarkerReference?, unsaved: OffsetRuns, lowWater: Int64) {
        self.owner = owner
        self.marker = marker
        self.done = String(decoding: unsaved.text(from: lowWater), as: UTF8.self)
    }

    /// The metadata's text.
    public var metadata: String {
        var text = "kr\(Self.version) owner=\(Self.printable(owner))"
        if let marker { text += " marker=\(marker.text)" }
        if !done.isEmpty { text += " done=\(done)" }
        return text
    }

    /// What of a name can stand in metadata.
    static func printable(_ owner: String) -> String { String(decoding: owner.utf8.filter { $0 > 32 && $0 < 127 }, as: UTF8.self) }

    /// The runs that are done above `lowWater`.
    func runs(above lowWater: Int64) -> OffsetRuns? { OffsetRuns(text: done.utf8, from: lowWater) }
}

/// What metadata that was found turned out to be.
public enum FoundProgress: Hashable, Sendable {
    /// None, or written by something else: nothing is known but the offset, as after a reset.
    case foreign
    /// Ours.
    case saved(SavedProgress)
    /// Written by a newer version, whose done set this one cannot know: going on would repeat it.
    case newer(version: Int)

    /// Reads metadata that stands beside a committed offset.
    public init(metadata: String?, lowWater: Int64) {
        self = metadata.flatMap { Self.parse($0, lowWater: lowWater) } ?? .foreign
    }

    private static func parse(_ text: String, lowWater: Int64) -> FoundProgress? {
        var words = text.split(separator: " ")[...]
        guard let first = words.popFirst(), first.hasPrefix("kr"), let version = Int(first.dropFirst(2)), version > 0 else { return nil }
        guard version <= SavedProgress.version else { return .newer(version: version) }
        var owner: String?
        var marker: MarkerReference?
        var done = ""
        for word in words {
            if word.hasPrefix("owner=") {
                owner = String(word.dropFirst("owner=".count))
            } else if word.hasPrefix("marker=") {
                guard let named = MarkerReference(text: word.dropFirst("marker=".count)) else { return nil }
                marker = named
            } else if word.hasPrefix("done=") {
                done = String(word.dropFirst("done=".count))
            }
        }
        guard let owner, let runs = OffsetRuns(text: done.utf8, from: lowWater) else { return nil }
        return .saved(SavedProgress(owner: owner, marker: marker, unsaved: runs, lowWater: lowWater))
    }
}
