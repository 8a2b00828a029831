import RDKafka
import Synchronization

/// What a producer shows while it runs.
final class ProducerBoard: Sendable {
    private let latest = Mutex(ProducerAccount())
    /// What librdkafka tells on the side.
    let observer: RDKafkaObserver
    /// What it may have written twice.
    let epochs: EpochWatch

    init(_ observer: RDKafkaObserver, _ epochs: EpochWatch) { (self.observer, self.epochs) = (observer, epochs) }

    /// What became of all that ended so far.
    var account: ProducerAccount { latest.withLock { $0 } }

    func update(_ account: ProducerAccount) { latest.withLock { $0 = account } }
}
