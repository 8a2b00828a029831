/// What was found damaged, and what was done about it.
public struct SpoolDamage: Hashable, Sendable, CustomStringConvertible {
    /// What was wrong, in a few words.
    public var reason: String
    /// How many messages could be read. They are in the spool, with the numbers and in the order that they had.
    public var salvaged: Int
    /// How many others there were; `nil` if that is not known. If commits are missing it is not: then messages may be among those that
    /// were saved whose removal was in such a commit.
    public var lost: Int?
    /// The damaged files, which nobody has written to, under the names that they have now: `{spool}.damaged-{UTC time}` and its `-wal`.
    /// Empty if the file was not damaged but gone.
    public var setAside: [String]

    /// Damage of that kind.
    public init(reason: String, salvaged: Int, lost: Int?, setAside: [String]) {
        self.reason = reason
        self.salvaged = salvaged
        self.lost = lost
        self.setAside = setAside
    }

    /// `its state cannot be read; 12 messages were saved, 1 is lost; the damaged file is now /var/spool/a.db.damaged-20260131T120000Z`.
    public var description: String {
        let lost = lost.map { $0 == 1 ? "1 is lost" : "\($0) are lost" } ?? "how many are lost is not known"
        let saved = salvaged == 1 ? "1 message was saved" : "\(salvaged) messages were saved"
        return "\(reason); \(saved), \(lost)" + (setAside.first.map { "; the damaged file is now \($0)" } ?? "")
    }
}
