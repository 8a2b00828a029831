import Foundation

/// The texts of a failure, as they are written into headers: `X-Exception-Type`, and `X-Exception-Message` or
/// `X-Retry-Exception-Message` of at most 1,024 bytes.
public struct HandlerFailure: Hashable, Sendable {
    /// The error's type, with its module.
    public var type: String
    /// What went wrong.
    public var message: String

    /// A failure of these texts.
    public init(type: String, message: String) {
        self.type = type
        self.message = message
    }

    /// What `error` is and says: its type's name, and `String(describing:)` of it.
    public init(_ error: any Error) {
        self.init(type: Self.name(of: Swift.type(of: error)), message: String(describing: error))
    }

    /// The message of a failure about which the handler says no more.
    public static let unexplained = "the handler did not say why"

    static let typeOfRetry = "HandlerOutcome.retry"
    static let typeOfDeadLetter = "HandlerOutcome.deadLetter"

    /// Private and local types have an address in their reflected names, different in each process.
    static func name(of type: any Any.Type) -> String {
        var name = String(reflecting: type)
        while let start = name.range(of: "(unknown context at $"), let end = name[start.upperBound...].range(of: ").") {
            name.removeSubrange(start.lowerBound..<end.upperBound)
        }
        return name
    }
}
