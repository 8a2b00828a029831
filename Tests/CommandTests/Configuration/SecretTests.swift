import KafkaRetry
import RDKafka
import Testing

@testable import kafka_retry

@Suite struct SecretTests {
    private static let needed = ["--bootstrap-server", "localhost:9092", "--topic", "A"]

    @Test func valuesMayComeFromEnvironmentAndFile() throws {
        let relay = Relay(
            files: [
                "f.yaml": "properties:\n  sasl.password: ${file:/run/pw}\n  sasl.username: ${env:WHO}\n  x: a${env:WHO}\n",
                "/run/pw": "hunter2\n",
            ],
            environment: ["WHO": "me"])
        let properties = try relay.configuration(Self.needed + ["--config", "f.yaml"]).properties
        #expect(properties["sasl.password"] == "hunter2")
        #expect(properties["sasl.username"] == "me")
        #expect(properties["x"] == "a${env:WHO}")
    }

    @Test func theNearestPropertyCounts() throws {
        let files = [
            "f.yaml": "properties: {a: file, b: file, c: file, d: file}", "p.properties": "# note\na=config\nb=config\nc = config\n",
        ]
        let relay = Relay(files: files, environment: ["KAFKA_RETRY_X_A": "variable", "KAFKA_RETRY_X_B": "variable"])
        let properties = try relay.configuration(
            Self.needed + ["--config", "f.yaml", "--command-config", "p.properties", "-X", "a=flag"]
        ).properties
        #expect(["a", "b", "c", "d"].map { properties[$0] } == ["flag", "variable", "config", "file"])
    }

    @Test func secretsAreNotShown() throws {
        let relay = try Relay(environment: ["KAFKA_RETRY_X_SASL_PASSWORD": "hunter2"]).configuration(
            Self.needed + ["-X", "ssl.key.password=hunter2"])
        #expect(relay.properties["ssl.key.password"] == "hunter2")
        var dumped = ""
        dump(relay, to: &dumped)
        for text in ["\(relay)", String(reflecting: relay), dumped, "\(relay.properties)"] { #expect(!text.contains("hunter2")) }
    }

    @Test(arguments: [
        "properties:\n  sasl.password: [hunter2]\n", "properties: hunter2\n", "properties:\n  - hunter2\n",
        "properties:\n  group.id: hunter2\n", "properties:\n  sasl.jaas.config: hunter2\n", "properties:\n  a: hunter2\n  a: hunter2\n",
        "properties:\n  sasl.password: ${file:/nowhere}\n  b: hunter2\n", "properties:\n  sasl.password: \"hunter2\n",
        "properties: {a: hunter2",
        "properties:\n  a: hunter2: b\n",
    ])
    func errorsDoNotRepeatSecrets(file: String) throws {
        let failure = try #require(throws: CommandFailure.self) {
            try Relay(files: ["f.yaml": file]).configuration(Self.needed + ["--config", "f.yaml"])
        }
        #expect(!failure.description.contains("hunter2"))
        #expect(failure.status == .badConfiguration)
        #expect(failure.message.hasPrefix("f.yaml, line "))
    }

    @Test(arguments: ["sasl.password hunter2\n", "a=b\n=hunter2\n"])
    func errorsInAPropertiesFileDoNotRepeatSecrets(file: String) throws {
        let failure = try #require(throws: CommandFailure.self) {
            try Relay(files: ["p": file]).configuration(Self.needed + ["--command-config", "p"])
        }
        #expect(!failure.description.contains("hunter2"))
        #expect(failure.status == .badConfiguration)
    }

    @Test func aMissingVariableIsNamed() throws {
        let failure = try #require(throws: CommandFailure.self) {
            try Relay().configuration(Self.needed + ["-X", "sasl.password=${env:NOWHERE}"])
        }
        #expect(failure.message == "-X sasl.password: the environment variable 'NOWHERE' is not set")
    }
}
