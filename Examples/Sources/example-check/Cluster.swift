import RDKafka

/// The topics of the examples and how they are written and read.
struct Cluster {
    static let partitions = 3

    let servers: String
    let events: String
    let resources: String
    let target: String
    let machines: String

    init(_ environment: [String: String]) throws {
        func text(_ name: String) throws -> String {
            guard let text = environment[name] else { throw Missing(description: "\(name) is not set") }
            return text
        }
        servers = try text("KAFKA_BOOTSTRAP")
        (events, resources, target) = (try text("EVENTS"), try text("RESOURCES"), try text("TARGET"))
        machines = try text("MACHINES")
    }

    struct Missing: Error, CustomStringConvertible { var description: String }

    func createTopics() throws {
        let admin = try RDKafkaAdmin(["bootstrap.servers": servers])
        for topic in [events, resources, target, machines] {
            try admin.create(RDKafkaNewTopic(topic, partitionCount: Self.partitions), timeout: .seconds(30))
        }
    }

    func deleteTopics() {
        guard let admin = try? RDKafkaAdmin(["bootstrap.servers": servers]) else { return }
        let made = [events, resources].flatMap { [$0, $0 + "-Retry", $0 + "-Error"] } + [target, machines, machines + "-Error"]
        for topic in made { try? admin.delete(topic: topic, timeout: .seconds(10)) }
    }

    func write(_ records: [Record]) throws {
        let producer = try RDKafkaProducer(["bootstrap.servers": servers, "enable.idempotence": "true", "partitioner": "murmur2_random"])
        for record in records {
            var headers = RDKafkaHeaders()
            for (name, value) in record.headers { headers.append(name, Array(value.utf8)) }
            let topic = try producer.topic(record.topic)
            let (key, value) = (Array(record.key.utf8), Array(record.value.utf8))
            let result = key.withUnsafeBytes { key in
                value.withUnsafeBytes { value in
                    Result { () throws(RDKafkaError) in
                        try producer.produce(to: topic, partition: -1, key: key, value: value, headers: &headers)
                    }
                }
            }
            try result.get()
        }
        try producer.flush(timeout: .seconds(30))
        for report in producer.deliveryReports() { if let error = report.error { throw error } }
    }

    /// All that is committed in `topics` once `isComplete` says so, or when the time is over.
    func read(_ topics: [String], within timeout: Duration, until isComplete: ([Record]) -> Bool) async throws -> [Record] {
        let consumer = try RDKafkaConsumer([
            "bootstrap.servers": servers, "group.id": "example-check", "isolation.level": "read_committed", "auto.offset.reset": "earliest",
            "allow.auto.create.topics": "false",
        ])
        let places = topics.flatMap { topic in (0..<Int32(Self.partitions)).map { RDKafkaPartition(topic, $0) } }
        try consumer.assign(Dictionary(uniqueKeysWithValues: places.map { ($0, RDKafkaStart.beginning) }))
        var records: [Record] = []
        let end = ContinuousClock.now + timeout
        while !isComplete(records), ContinuousClock.now < end {
            consumer.drain(max: 1_000) { message in if !message.isEvent { records.append(Record(message)) } }
            try await Task.sleep(for: .milliseconds(20))
        }
        // What should not be there would come soon.
        try await Task.sleep(for: .seconds(1))
        consumer.drain(max: 1_000) { message in if !message.isEvent { records.append(Record(message)) } }
        try consumer.close()
        return records
    }
}
