/// Which completion marker counts: the one at this offset that carries this id. A record elsewhere, or with another id, is
/// forged, foreign, unfinished or older, and says nothing.
public struct MarkerReference: Hashable, Sendable {
    /// Where the marker stands in the retry partition.
    public var offset: Int64
    /// The random number that it was given.
    public var id: UInt64

    /// The marker with `id` at `offset`.
    public init(offset: Int64, id: UInt64) {
        self.offset = offset
        self.id = id
    }

    /// `offset/id`, the id in hexadecimal.
    var text: String { "\(offset)/\(String(id, radix: 16))" }

    init?(text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let offset = Int64(parts[0]), offset >= 0, let id = UInt64(parts[1], radix: 16) else { return nil }
        self.init(offset: offset, id: id)
    }
}
