import RetryCore

/// Brokers, topics and logs as an idempotent producer meets them.
final class SimulatedCluster {
    struct Broker {
        var downUntil: Int64 = 0
        var frozenUntil: Int64 = 0
        /// Bumped when it goes away: what was on its way to it is gone.
        var incarnation = 0
    }

    /// What a partition remembers of a producer.
    struct Producer {
        var epoch = 0
        var next = 0
    }

    final class Partition {
        let broker: Int
        var producers: [Int: Producer] = [:]
        /// The newest message, by acceptance, of those with a key.
        var newest = -1
        init(broker: Int) { self.broker = broker }
    }

    final class Topic {
        let number: Int
        let name: String
        var exists = true
        var partitions: [Partition] = []
        /// The newest message of each key.
        var newest: [Int: Int] = [:]
        var wasGrown = false
        init(number: Int, name: String) {
            self.number = number
            self.name = name
        }
    }

    enum Answer { case written, stale, outOfOrder, refused(SendFailure) }

    var brokers: [Broker]
    /// The dead letter topic is the last.
    var topics: [Topic] = []

    init(_ plan: ProducerPlan) {
        brokers = Array(repeating: Broker(), count: plan.brokers)
        for number in 0...plan.topics {
            topics.append(Topic(number: number, name: number == plan.topics ? "Error" : "T\(number)"))
            grow(topics[number], to: plan.partitions)
            topics[number].wasGrown = false
        }
    }

    var deadLetters: Topic { topics[topics.count - 1] }

    func grow(_ topic: Topic, to count: Int) {
        topic.wasGrown = true
        for number in topic.partitions.count..<max(count, topic.partitions.count) {
            topic.partitions.append(Partition(broker: (number + topic.number) % brokers.count))
        }
    }

    /// A request reaches its broker.
    func handle(_ batch: SimulatedClient.Batch, of client: Int, epoch: Int, number: Int, in world: ProducerWorld) -> Answer {
        let topic = topics[batch.topic]
        let partition = topic.partitions[batch.partition]
        var producer = partition.producers[client, default: Producer()]
        if epoch < producer.epoch { return .stale }
        if epoch > producer.epoch { producer = Producer(epoch: epoch, next: 0) }
        if number < producer.next { return .written }
        if number > producer.next { return .outOfOrder }
        let isRefused = batch.items.contains { topic !== deadLetters && world.ledger.messages[$0.message].isPoison }
        if isRefused { return .refused(.permanent) }
        if world.fails(world.plan.transient) { return .refused(.transient) }
        producer.next += 1
        partition.producers[client] = producer
        for item in batch.items { world.wrote(item.message, topic, batch.partition) }
        return .written
    }
}
