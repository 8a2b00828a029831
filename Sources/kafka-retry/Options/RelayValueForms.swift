import Foundation
import KafkaRetry
import RetryCore

extension ValueForm where Value == String {
    /// `host:port`, `host`, `[::1]:9092`, with a protocol in front of it as librdkafka allows.
    static let server = Self(placeholder: "HOST:PORT") { (text) throws(NotationError) in
        let problem = NotationError("'\(text)' is not a server's address; write HOST:PORT, such as localhost:9092")
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw problem }
        var host = Substring(text)
        if let scheme = text.range(of: "://") { host = text[scheme.upperBound...] }
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

    /// A name that Kafka takes for a topic.
    static let topic = Self(placeholder: "TOPIC") { (text) throws(NotationError) in
        do { try KafkaTopic(text).check() } catch { throw NotationError("\(error)") }
        return text
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard let port = UInt16(text), text.utf8.first != UInt8(ascii: "+") else { return false }
        return port > 0
    }
}
