/// Settings with which no relay can work.
public struct InvalidHopSettings: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line for whoever wrote them: what was expected, and what was given.
    public var description: String

    init(_ description: String) { self.description = description }
}
