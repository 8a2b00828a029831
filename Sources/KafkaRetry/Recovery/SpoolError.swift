/// Why a spool did not do what it was asked. Nothing that it had accepted before is lost by it, unless the code is `damaged`.
public struct SpoolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which error it is. An open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// As it stands in logs.
        public var rawValue: String

        /// The code with that name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// It holds as much as it may.
        public static let full = Self(rawValue: "full")
        /// The disk is full, or another quota is used up.
        public static let diskFull = Self(rawValue: "disk-full")
        /// Another process, or another spool of this one, owns the file.
        public static let owned = Self(rawValue: "owned")
        /// The file cannot be opened or made.
        public static let unusable = Self(rawValue: "unusable")
        /// The file's contents are not what was written.
        public static let damaged = Self(rawValue: "damaged")
        /// The disk did not do it.
        public static let io = Self(rawValue: "io")
        /// The spool was closed.
        public static let closed = Self(rawValue: "closed")
        /// The file was written by a newer version.
        public static let newerVersion = Self(rawValue: "newer-version")
    }

    /// Which error it is.
    public var code: Code
    /// What happened, with the file's name.
    public var message: String

    /// An error with what happened.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `full: /var/spool/a.db holds 1073741824 bytes, its limit`.
    public var description: String { "\(code.rawValue): \(message)" }
}
