package import RDKafka
package import RetryCore

extension RDKafkaHeaders {
    /// Headers in librdkafka's own form; none cost nothing.
    package init(_ headers: KafkaHeaders) {
        self.init()
        if headers.isEmpty { return }
        headers.forEach { name, value in append(name: name, value: value) }
    }
}
