import RetryCore
import Testing

@Suite("Relay settings")
struct HopSettingsTests {
    @Test("topics follow from the source topic's name")
    func topics() throws {
        let settings = try HopSettings(sourceTopic: .patientEvent, naming: TopicNaming(group: "g"), group: "g")
        #expect(settings.retryTopic == "PatientEvent-g-Retry")
        #expect(settings.deadLetterTopic == "PatientEvent-g-Error")
        #expect(settings.horizon == .seconds(604_800))
    }

    @Test("a derived name that Kafka does not take is refused, with the reason")
    func illegal() throws {
        let long = KafkaTopic(String(repeating: "t", count: 244))
        let error = #expect(throws: InvalidHopSettings.self) { try HopSettings(sourceTopic: long, group: "g") }
        #expect(try #require(error).description.contains("250 characters"))
    }

    @Test("three topics, a name for the group, and a horizon that is not in the past are expected")
    func invalid() {
        #expect(throws: InvalidHopSettings.self) { try HopSettings(sourceTopic: "T", retryTopic: "T", group: "g") }
        #expect(throws: InvalidHopSettings.self) { try HopSettings(sourceTopic: "T", group: "") }
        #expect(throws: InvalidHopSettings.self) { try HopSettings(sourceTopic: "T", group: String(repeating: "g", count: 256)) }
        #expect(throws: InvalidHopSettings.self) { try HopSettings(sourceTopic: "T", group: "g", service: "") }
        #expect(throws: InvalidHopSettings.self) { try HopSettings(sourceTopic: "T", group: "g", horizon: .seconds(-1)) }
    }
}
