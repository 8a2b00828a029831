import RDKafka
import Synchronization

/// The consumer that is the group's member now: it is made anew when it has been fenced.
final class CurrentMember: Sendable {
    private let current = Mutex<RDKafkaConsumerRequests?>(nil)

    var requests: RDKafkaConsumerRequests? { current.withLock { $0 } }

    func set(_ requests: RDKafkaConsumerRequests?) { current.withLock { $0 = requests } }
}
