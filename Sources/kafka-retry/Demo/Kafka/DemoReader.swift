import KafkaRetry
import RDKafka
import RetryCore

/// Reads all of the demo's topics from their start. Belongs to one thread.
struct DemoReader {
    private let consumer: RDKafkaConsumer
    private let topics: DemoTopics

    init(_ connection: DemoConnection, wakeUp: @escaping @Sendable () -> Void) throws {
        topics = connection.topics
        var configuration = connection.consumer(group: connection.topics.source.name + "-watch")
        configuration["enable.partition.eof"] = "true"
        consumer = try RDKafkaConsumer(configuration, wakeUp: wakeUp)
        let partitions = connection.topics.all.map { RDKafkaPartition($0.name, 0) }
        try consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) }))
    }

    /// What has arrived, oldest first, and the topics of which the end was reached. Does not block.
    func read() throws(RDKafkaError) -> (sightings: [DemoSighting], ended: Set<String>) {
        var (sightings, ended, failure): ([DemoSighting], Set<String>, RDKafkaError?) = ([], [], nil)
        consumer.drain(max: 1_000) { message in
            if let error = message.error {
                if error.code == .partitionEOF { ended.insert(message.topic) }
                if error.isFatal { failure = error }
            } else if let sighting = DemoSighting(KafkaRecord(message, from: TopicPartition(message.topic, message.partition)), topics) {
                sightings.append(sighting)
            }
        }
        if let failure { throw failure }
        // Topics are fetched side by side; within one batch the times of writing tell what came first.
        sightings.sort(by: DemoSighting.isEarlier)
        return (sightings, ended)
    }

    func close() { try? consumer.close() }
}
