import RetryCore
import Testing

@Suite("Topic names")
struct KafkaTopicTests {
    @Test("the platforms' topics, and what follows from a name")
    func names() {
        let topics: [KafkaTopic] = [
            .patientEvent, .reportScheduled, .resourceAcquired, .dataAcquisitionRequested, .auditableEventOccurred, .submitReport,
        ]
        let expected = [
            "PatientEvent", "ReportScheduled", "ResourceAcquired", "DataAcquisitionRequested", "AuditableEventOccurred", "SubmitReport",
        ]
        #expect(topics.map(\.name) == expected)
        #expect(KafkaTopic.patientEvent.retry.name == "PatientEvent-Retry")
        #expect(KafkaTopic("mine").deadLetter.name == "mine-Error")
        let naming = TopicNaming(retrySuffix: ".retry", deadLetterSuffix: ".dlt", group: "g")
        #expect(KafkaTopic("mine").retry(naming) == "mine-g.retry")
        #expect(KafkaTopic("mine").deadLetter(naming) == "mine-g.dlt")
    }

    @Test("legal names", arguments: ["a", "...", "a.b_c-D9", String(repeating: "x", count: 249)])
    func legal(name: String) throws { try KafkaTopic(name).check() }

    @Test(
        "names that Kafka does not take", arguments: ["", ".", "..", "a b", "a/b", "ä", "a\n", "a\0", String(repeating: "x", count: 250)])
    func illegal(name: String) throws {
        let error = #expect(throws: IllegalTopicName.self) { try KafkaTopic(name).check() }
        #expect(try #require(error).description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }
}
