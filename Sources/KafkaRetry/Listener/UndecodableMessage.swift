/// A value that is not the message that a handler takes. Its text holds nothing of the value: no content, and no key that might be content.
public struct UndecodableMessage: Error, Hashable, Sendable, CustomStringConvertible, RetryClassifiable {
    /// The message's type, what is wrong, and how large the value is.
    public let description: String

    /// Reading it again would come to the same.
    public var retryDecision: RetryDecision { .deadLetter }

    init(_ type: any Any.Type, size: Int?, _ error: any Error) {
        let value = size.map { "the value of \($0) bytes" } ?? "the null value"
        description = "\(value) is no \(HandlerFailure.name(of: type)): \(Self.problem(error))"
    }

    private static func problem(_ error: any Error) -> String {
        switch error as? DecodingError {
        // The decoded type's own word, not the payload's.
        case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case .typeMismatch(let type, _): "something is no \(HandlerFailure.name(of: type))"
        case .valueNotFound(let type, _): "a \(HandlerFailure.name(of: type)) is null"
        case .dataCorrupted: "it is not valid JSON, or holds something that is not valid"
        case nil, .some: "decoding it threw \(HandlerFailure.name(of: Swift.type(of: error)))"
        }
    }
}
