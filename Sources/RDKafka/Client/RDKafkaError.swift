import CRDKafka

/// What librdkafka or the broker answered instead of doing what was asked.
///
/// Decide by the flags, not by the code: the same code means different things in different places. `timedOut` from a commit is
/// retriable while the broker is silent, and abortable when the transaction's records have timed out.
public struct RDKafkaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which error it is.
    public var code: Code
    /// What librdkafka says about it, for a human.
    public var message: String
    /// The client is unusable from now on and has to be made anew.
    public var isFatal: Bool
    /// The same call may be made again, and nothing else in between.
    public var isRetriable: Bool
    /// The current transaction has to be aborted; the producer stays usable.
    public var isAbortable: Bool

    /// An error with `code`. Without a `message` it is librdkafka's text for the code.
    public init(
        _ code: Code, message: String? = nil, isFatal: Bool = false, isRetriable: Bool = false, isAbortable: Bool = false
    ) {
        self.code = code
        self.message = message ?? String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(code.rawValue)))
        self.isFatal = isFatal
        self.isRetriable = isRetriable
        self.isAbortable = isAbortable
    }

    /// The code's name as librdkafka spells it, `_TIMED_OUT` or `ILLEGAL_GENERATION` for example.
    public var name: String { code.description }

    /// `ILLEGAL_GENERATION: Specified group generation id is not valid (abortable)`.
    public var description: String {
        let flags = [isFatal ? "fatal" : nil, isRetriable ? "retriable" : nil, isAbortable ? "abortable" : nil].compactMap { $0 }
        return "\(name): \(message)" + (flags.isEmpty ? "" : " (\(flags.joined(separator: ", ")))")
    }
}

extension RDKafkaError {
    /// Takes over a `rd_kafka_error_t` and destroys it.
    init(consuming error: OpaquePointer) {
        defer { rd_kafka_error_destroy(error) }
        self.init(borrowing: error)
    }

    init(borrowing error: OpaquePointer) {
        self.init(
            Code(rd_kafka_error_code(error)), message: String(cString: rd_kafka_error_string(error)),
            isFatal: rd_kafka_error_is_fatal(error) != 0, isRetriable: rd_kafka_error_is_retriable(error) != 0,
            isAbortable: rd_kafka_error_txn_requires_abort(error) != 0)
    }

    /// `nil` for "no error". A bare code carries no flags; only `fatal` says so itself.
    init?(_ code: rd_kafka_resp_err_t, message: String? = nil) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        self.init(Code(code), message: message, isFatal: code == RD_KAFKA_RESP_ERR__FATAL)
    }

    /// Throws if a call that answers with a `rd_kafka_error_t` returned one.
    static func check(_ error: OpaquePointer?) throws(RDKafkaError) {
        if let error { throw RDKafkaError(consuming: error) }
    }

    /// Throws if a call that answers with a code returned one.
    static func check(_ code: rd_kafka_resp_err_t, _ message: @autoclosure () -> String? = nil) throws(RDKafkaError) {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR, let error = RDKafkaError(code, message: message()) { throw error }
    }
}
