/// A setting that no retry policy can have.
public struct InvalidRetryPolicy: Error, Hashable, Sendable, CustomStringConvertible {
    /// The setting: `retries`, `initial-delay`, `factor`, `max-delay`, `delays` or `max-age`, as the command's options are called.
    public var setting: String
    /// What was expected of it.
    public var expected: String
    /// What was given.
    public var given: String

    /// One line for whoever wrote the setting.
    public var description: String { "\(setting) must be \(expected), not \(given)" }
}
