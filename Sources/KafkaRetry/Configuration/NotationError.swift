/// Why a text is not a duration, a size or whatever else was expected: a sentence about the text, to be put behind the name of
/// the setting that holds it.
public struct NotationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and how to write it.
    public var problem: String

    /// An error whose text is `problem`.
    public init(_ problem: String) { self.problem = problem }

    /// The problem.
    public var description: String { problem }
}
