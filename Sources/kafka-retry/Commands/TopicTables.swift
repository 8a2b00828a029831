import KafkaRetry
import RetryCore

/// How topics and their faults are listed.
enum TopicTables {
    static func creations(_ creations: [TopicCreation]) -> Table {
        Table(
            columns: [
                .init(heading: "CREATED", name: "topic"), .init(heading: "ROLE", name: "role"),
                .init(heading: "PARTITIONS", name: "partitions"), .init(heading: "REPLICAS", name: "replication_factor"),
                .init(heading: "RETENTION.MS", name: "retention_ms"), .init(heading: "MAX.MESSAGE.BYTES", name: "max_message_bytes"),
            ],
            rows: creations.map {
                [
                    .string($0.name), .string($0.role.rawValue), .integer(Int64($0.partitions)), .integer(Int64($0.replicationFactor)),
                    number($0.settings["retention.ms"]), number($0.settings["max.message.bytes"]),
                ]
            }, nothing: "Nothing to create.")
    }

    static func faults(_ faults: [TopicFault]) -> Table {
        Table(
            columns: [
                .init(heading: "TOPIC", name: "topic"), .init(heading: "ROLE", name: "role"), .init(heading: "FAULT", name: "fault"),
                .init(heading: "AT THE START", name: "severity"), .init(heading: "PROBLEM", name: "problem"),
                .init(heading: "REMEDY", name: "remedy"),
            ],
            rows: faults.map {
                [
                    .string($0.topic), .string($0.role.rawValue), .string($0.kind.rawValue), .string($0.severity.rawValue),
                    .string($0.problem), .string($0.remedy),
                ]
            }, nothing: "No faults.")
    }

    static func listings(_ listings: [TopicListing]) -> Table {
        Table(
            columns: [
                .init(heading: "SOURCE", name: "source"), .init(heading: "ROLE", name: "role"), .init(heading: "TOPIC", name: "topic"),
                .init(heading: "PARTITIONS", name: "partitions"), .init(heading: "REPLICAS", name: "replication_factor"),
                .init(heading: "RETENTION.MS", name: "retention_ms"), .init(heading: "MAX.MESSAGE.BYTES", name: "max_message_bytes"),
            ],
            rows: listings.map {
                [
                    .string($0.source.name), .string($0.role.rawValue), .string($0.facts.name), .integer(Int64($0.facts.partitions)),
                    .integer(Int64($0.facts.replicationFactor)), number($0.facts.settings["retention.ms"]),
                    number($0.facts.settings["max.message.bytes"]),
                ]
            }, nothing: "No such topics.")
    }

    private static func number(_ text: String?) -> JSONValue { text.flatMap { Int64($0) }.map { .integer($0) } ?? .null }
}
