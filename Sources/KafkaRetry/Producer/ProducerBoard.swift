import RDKafka
import Synchronization

/// What a producer shows while it runs.
final class ProducerBoard: Sendable {
    private let latest = Mutex(ProducerAccount())
    /// What librdkafka tells on the side.
    let observer: RDKafkaObserver

    init(_ observer: RDKafkaObserver) { self.observer = observer }

    /// What became of all that ended so far.
    var account: ProducerAccount { latest.withLock { $0 } }

    func update(_ account: ProducerAccount) { latest.withLock { $0 = account } }
}
