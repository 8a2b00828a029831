/// Why a relay or listener could not start or had to end, and what whoever runs it can do.
public struct KafkaRetryError: Error, Sendable, CustomStringConvertible {
    /// Which error. New ones may come.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code in kebab case.
        public var rawValue: String
        /// The code called `rawValue`.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No broker answered in time.
        public static let brokerUnreachable = Code(rawValue: "broker-unreachable")
        /// A topic is missing and may not be created.
        public static let missingTopic = Code(rawValue: "missing-topic")
        /// The brokers do not allow it.
        public static let notAuthorised = Code(rawValue: "not-authorised")
        /// A setting cannot be meant as it is, or a topic is unfit.
        public static let configuration = Code(rawValue: "configuration")
        /// Another process with the same instance name has taken this one's place.
        public static let twin = Code(rawValue: "twin")
        /// Progress was written by a newer version.
        public static let newerProgress = Code(rawValue: "newer-progress")
        /// librdkafka or a broker answered in a way that leaves no way on.
        public static let client = Code(rawValue: "client")
    }

    /// Which error.
    public var code: Code
    /// What happened.
    public var message: String
    /// What the reader can do.
    public var remedy: String
    /// What caused it.
    public var cause: (any Error)?

    /// An error.
    public init(_ code: Code, _ message: String, remedy: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }

    /// What happened, why, and what to do.
    public var description: String { message + (cause.map { ": \($0)" } ?? "") + "; \(remedy)" }
}
