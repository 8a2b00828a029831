/// How much of what is done in a partition of a source topic may wait to be committed: the metadata beside the committed offset is the only place
/// for it.
struct MetadataRoom: Sendable {
    /// How many runs of done offsets fit.
    let runs: Int
    /// Whether outcomes that stand in a row count as one run. Not while some may have to wait for their targets: each of those is then a hole, and
    /// all between two of them is a run of its own.
    let joinsOutcomes: Bool

    /// So many run or wait for the next batch at the most, however few runs they are: what is not committed is handled again after a crash.
    static let mostOutcomes = 2_048
}
