import KafkaRetry
import KafkaRetryTesting
import Testing

/// However a handler's closure is written, what it says is heeded.
@Suite struct HandlerFormTests {
    private static func judge(_ record: KafkaRecord, _ context: HandlerContext) async throws -> HandlerOutcome { .deadLetter("no") }

    private static let forms: [(String, ListenerTopic)] = [
        ("one expression", ListenerTopic("T") { record, context in try await judge(record, context) }),
        ("short names", ListenerTopic("T") { try await judge($0, $1) }),
        ("a function", ListenerTopic("T", handler: judge)),
        ("a member", ListenerTopic("T") { _, _ in .deadLetter("no") }),
        ("a type's member", ListenerTopic("T") { _, _ in HandlerOutcome.deadLetter("no") }),
        ("a choice", ListenerTopic("T") { record, _ in record.offset < 0 ? HandlerOutcome.done : HandlerOutcome.deadLetter("no") }),
        (
            "several statements",
            ListenerTopic("T") { record, context in
                if record.offset < 0 { return .done }
                return try await judge(record, context)
            }
        ),
        ("a message", ListenerTopic("T", as: Int.self) { _, _ in HandlerOutcome.deadLetter("no") }),
        ("a batch", ListenerTopic("T", batchesOf: 5) { records, _ in records.map { _ in HandlerOutcome.deadLetter("no") } }),
        ("messages", ListenerTopic("T", as: Int.self, batchesOf: 5) { numbers, _ in numbers.map { _ in HandlerOutcome.deadLetter("no") } }),
    ]

    @Test(arguments: forms.map(\.0)) func whatItSaysIsHeeded(_ form: String) async throws {
        let topic = try #require(Self.forms.first { $0.0 == form }).1
        try await EmbeddedKafka.run(topics: ["T"]) { kafka in
            try await kafka.listen(kafka.configuration(group: "g"), topics: [topic])
            try await kafka.send("T", key: "1", value: "1")
            try await kafka.expect("T", key: "1", .deadLettered(.permanentFailure, retries: 0))
        }
    }
}
