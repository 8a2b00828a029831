package import KafkaRetry
import RetryCore

/// How the settings of a connection are written.
package enum ConnectionNotation {
    /// `host:port`, `host`, `[::1]:9092`, with a protocol in front of it as librdkafka allows.
    package static func server(_ text: String) throws(NotationError) -> String {
        let problem = NotationError("'\(text)' is not a server's address; write HOST:PORT, such as localhost:9092")
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw problem }
        var host = Substring(text)
        if let scheme = text.firstRange(of: "://") {
            guard protocols.contains(text[..<scheme.lowerBound].uppercased()) else { throw problem }
            host = text[scheme.upperBound...]
        }
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { throw problem }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") && isPort(rest.dropFirst()) else { throw problem }
            return text
        }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty, parts.count <= 2, !name.contains("/") else { throw problem }
        guard parts.count == 1 || isPort(parts[1]) else { throw problem }
        return text
    }

    /// Those of librdkafka's `security.protocol`.
    private static let protocols: Set = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]

    /// What may stand in front of a topic's name, or nothing.
    package static func topicPrefix(_ text: String) throws(NotationError) -> String {
        do throws(IllegalTopicName) { try KafkaTopic(text + "T").check() } catch {
            throw NotationError("'\(text)' cannot begin a topic's name, which \(error.reason)")
        }
        return text
    }

    /// Any text but none.
    package static func text(_ text: String) throws(NotationError) -> String {
        guard !text.isEmpty else { throw NotationError("is empty") }
        guard !text.utf8.contains(0) else { throw NotationError("holds a NUL character") }
        return text
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard let port = UInt16(text), text.utf8.first != UInt8(ascii: "+") else { return false }
        return port > 0
    }
}
