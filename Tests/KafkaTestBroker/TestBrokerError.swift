/// Why a broker, a proxy or a daemon could not be had, or did not do what a test asked of it.
public struct TestBrokerError: Error, CustomStringConvertible {
    /// What went wrong, for the test's output.
    public var description: String

    init(_ description: String) { self.description = description }
}
