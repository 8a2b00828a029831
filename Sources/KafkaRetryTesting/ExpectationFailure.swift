/// Something else became of a record than a test expects.
///
/// Thrown, so that Swift Testing, XCTest and everything else that runs tests shows its description: what was expected, what happened in
/// its place, and every step of the record that was seen, with names of headers and types of errors. Keys are shown as the test gave
/// them; values, header values and errors' messages, which may hold what came in a record, only where a test asks for them.
public struct ExpectationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was expected and what happened in its place, in one line.
    public let summary: String
    /// What was seen of the record, in order.
    public let steps: [String]

    /// The summary, and a line for each step.
    public var description: String { ([summary] + steps.map { "  " + $0 }).joined(separator: "\n") }
}
