/// How much a spool holds, and what happens then.
public struct SpoolSettings: Hashable, Sendable {
    /// What an append does that the spool has no room for. None is ever accepted and dropped.
    public enum WhenFull: Hashable, Sendable {
        /// It throws `full`.
        case refuse
        /// It waits until enough was removed; it throws `full` if its task is cancelled meanwhile, `closed` if the spool is closed.
        /// Those that wait are served in the order in which they came.
        case block
    }

    /// Keys, values, headers and names of topics, in bytes. The file is larger: by some 60 bytes a message, and by up to a page
    /// of 4 KiB where a message is larger than about 1 KiB.
    public var maxBytes: Int64
    /// What an append does that the spool has no room for.
    public var whenFull: WhenFull
    /// What appends leave free of the disk, in bytes, so that there is room to note what was removed: 1 MiB will do, more is faster. An
    /// append that would leave less throws `diskFull`.
    public var diskReserve: Int64

    /// Up to 1 GiB, refused beyond that, with 32 MiB of the disk left free.
    public init(maxBytes: Int64 = 1 << 30, whenFull: WhenFull = .refuse, diskReserve: Int64 = 32 << 20) {
        self.maxBytes = maxBytes
        self.whenFull = whenFull
        self.diskReserve = diskReserve
    }
}
