import Foundation
import RDKafka
import Testing

@Suite struct ConfigurationTests {
    @Test func anUnknownPropertyIsNamed() throws {
        let error = try #require(throws: RDKafkaConfigurationError.self) {
            try RDKafkaProducer(["bootstrap.servers": "127.0.0.1:1", "linger.sm": "5"])
        }
        #expect(error.property == "linger.sm")
        #expect(error.description.contains("linger.sm") && error.description.contains("No such configuration property"))
    }

    @Test func aBadValueIsNamedWithWhatIsAllowed() throws {
        let error = try #require(throws: RDKafkaConfigurationError.self) { try RDKafkaAdmin(["security.protocol": "tls"]) }
        #expect(error.property == "security.protocol")
        #expect(error.reason.contains("Invalid value"))
    }

    @Test func propertiesThatContradictEachOtherAreRefused() throws {
        let error = try #require(throws: RDKafkaConfigurationError.self) {
            try RDKafkaProducer(["transactional.id": "t", "enable.idempotence": "false"])
        }
        #expect(error.description.contains("enable.idempotence"))
    }

    @Test func aConsumerWithoutGroupIsRefused() throws {
        let error = try #require(throws: RDKafkaConfigurationError.self) { try RDKafkaConsumer(["bootstrap.servers": "127.0.0.1:1"]) }
        #expect(error.property == "group.id")
    }

    @Test(arguments: [
        "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.config",
    ]) func secretsAreNeverShown(_ name: String) throws {
        let configuration = RDKafkaConfiguration(["client.id": "shown", name: "hunter2"])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2") && text.contains("shown") && text.contains(name))
        }
    }

    @Test func aFileIsReadLineByLine() throws {
        let text = "\u{FEFF}# ours\r\nbootstrap.servers = b:9092,c:9092 \n\n  ssl.ca.location=/a=b\nclient.id=\nacks=1\nacks=all"
        let configuration = try RDKafkaConfiguration(parsing: text, file: "f")
        #expect(
            configuration.properties == [
                "bootstrap.servers": "b:9092,c:9092", "ssl.ca.location": "/a=b", "client.id": "", "acks": "all",
            ])
    }

    @Test func errorsNameFileAndLine() throws {
        let nonsense = try #require(throws: RDKafkaConfigurationError.self) {
            try RDKafkaConfiguration(parsing: "acks=1\nnonsense", file: "client.properties")
        }
        #expect(nonsense.description == "client.properties:2: expected name=value")
        let unknown = try #require(throws: RDKafkaConfigurationError.self) {
            try RDKafkaProducer(RDKafkaConfiguration(parsing: "\n\nackx=1", file: "client.properties"))
        }
        #expect(unknown.file == "client.properties" && unknown.line == 3 && unknown.property == "ackx")
        let missing = try #require(throws: RDKafkaConfigurationError.self) { try RDKafkaConfiguration(contentsOfFile: "/no/such.file") }
        #expect(missing.description == "/no/such.file: no such file")
    }

    @Test func aFileThatIsNotUTF8IsRefusedWithTheLine() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("rdkafka-\(UInt64.random(in: 0 ... .max)).properties")
        try Data([0x61, 0x3D, 0x62, 0x0A, 0xFF]).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let error = try #require(throws: RDKafkaConfigurationError.self) { try RDKafkaConfiguration(contentsOfFile: file.path) }
        #expect(error.line == 2 && error.reason == "not UTF-8")
    }
}
