import KafkaRetry
import RDKafka
import RetryCore
import Testing

@testable import KafkaRetryConfiguration
@testable import kafka_retry

/// Clusters and tenants as the command has them.
@Suite struct TenantSettingsTests {
    private static let file = """
        bootstrap-server: near:1
        topics: {A: , B: {delays: [7s]}}
        clusters:
          eu: {bootstrap-server: eu:1}
        tenants:
          t:
            cluster: eu
            topic-prefix: t.
            properties: {sasl.password: hunter2, client.id: t}
        """

    private func relay(_ flags: [String], _ environment: [String: String] = [:]) throws -> RelayConfiguration {
        try Relay(files: ["f.yaml": Self.file], environment: environment).configuration(["--config", "f.yaml"] + flags)
    }

    private func failure(_ flags: [String], _ environment: [String: String] = [:]) throws -> CommandFailure {
        try #require(throws: CommandFailure.self) { try relay(flags, environment) }
    }

    @Test func aTenantHasItsClusterItsCredentialsAndItsTopics() throws {
        let relay = try relay(["--tenant", "t"])
        #expect(relay.bootstrapServers == ["eu:1"] && relay.properties["sasl.password"] == "hunter2")
        #expect(relay.topics == ["t.A", "t.B"])
        #expect(relay.delays("t.B") == [.seconds(7)] && relay.delays("t.A").count == 5, "a topic's policy is its own under a prefix too")
        #expect(try self.relay([], ["KAFKA_RETRY_TENANT": "t"]).topics == relay.topics)
        #expect(try self.relay([]).bootstrapServers == ["near:1"])
        #expect(try self.relay(["--cluster", "eu"]).bootstrapServers == ["eu:1"])
    }

    @Test func flagsBeatTheTenant() throws {
        let flags = ["--tenant", "t", "--bootstrap-server", "f:1", "--topic-prefix", "f.", "--topic", "C", "-X", "client.id=f"]
        let variables = [
            "KAFKA_RETRY_BOOTSTRAP_SERVER": "v:1", "KAFKA_RETRY_X_CLIENT_ID": "v", "KAFKA_RETRY_TENANT__T__BOOTSTRAP_SERVER": "vt:1",
        ]
        let relay = try relay(flags, variables)
        #expect(relay.bootstrapServers == ["f:1"] && relay.topics == ["f.C"] && relay.properties["client.id"] == "f")
        let without = try self.relay(["--tenant", "t"], variables)
        #expect(without.bootstrapServers == ["vt:1"] && without.properties["client.id"] == "t")
        #expect(try self.relay(["--tenant", "t", "--topic-prefix", ""]).topics == ["A", "B"])
    }

    @Test func mistakesEndWithTheContractsStatus() throws {
        let unknown = try failure(["--tenant", "u"])
        #expect(unknown.status == .badConfiguration && unknown.message == "--tenant: there is no tenant 'u'; the tenants in f.yaml are t")
        #expect(try failure(["--cluster", "us"]).status == .badConfiguration)
        #expect(try failure(["--tenant", "a/b"]).status == .usage)
        #expect(
            try failure([], ["KAFKA_RETRY_CLUSTER": "us"]).message.hasPrefix("the environment variable KAFKA_RETRY_CLUSTER: there is no"))
        let variable = try failure([], ["KAFKA_RETRY_TENANT__V__CLUSTER": "us"])
        #expect(variable.status == .badConfiguration && variable.message.contains("there is no cluster 'us'"))
        for text in ["tenants:\n  t: {sasl.password: hunter2}\n", "clusters: hunter2\n", "tenants:\n  t: {properties: {acks: hunter2}}\n"] {
            let failure = try #require(throws: CommandFailure.self) {
                try Relay(files: ["f.yaml": text]).configuration(["--bootstrap-server", "a:1", "--topic", "A", "--config", "f.yaml"])
            }
            #expect(failure.status == .badConfiguration && failure.message.hasPrefix("f.yaml, line "), "\(failure)")
            #expect(!failure.description.contains("hunter2"))
        }
    }

    @Test func misspeltVariablesAreWarnedAbout() {
        let options = EnvironmentOptions([
            "KAFKA_RETRY_TENANT__T__BOOTSTRAP_SERVR": "x", "KAFKA_RETRY_TENANT__T__X_A": "y", "KAFKA_RETRY_TENANT": "t",
        ])
        #expect(options.unknown == ["KAFKA_RETRY_TENANT__T__BOOTSTRAP_SERVR; did you mean 'BOOTSTRAP_SERVER'?"])
        #expect(options.settings["tenant"]?.texts == ["t"] && options.properties.isEmpty)
    }

    /// One file serves the daemon and services.
    @Test func theLibraryReadsAFileWithEverySettingOfTheCommand() throws {
        var lines = ["topics: {A: {retries: 1}}"]
        for option in OptionTable.all where option.shape != .properties {
            guard let key = option.key else { continue }
            let samples = ["bootstrap-server": "localhost:9092", "cluster": "c", "tenant": "t"]
            lines.append("\(key): \(samples[key] ?? "x")")
        }
        lines += ["clusters: {c: }", "tenants: {t: }"]
        let text = lines.joined(separator: "\n")
        let clusters = try KafkaClusters(file: "f.yaml", environment: [:]) { (path, _) throws(FileError) in
            Array((path == "f.yaml" ? text : "").utf8)
        }
        let connection = try clusters.connection()
        #expect(connection.cluster == "c" && connection.tenant == "t" && connection.bootstrapServers == ["localhost:9092"])
    }

    @Test func produceHasThePrefixToo() throws {
        let line = Array(#"{"topic":"U","value":"v"}"#.utf8)
        #expect(try LineFormat.ndjson.message(line, to: nil, prefix: "t.").topic == "t.U")
        #expect(try LineFormat.text(separator: nil).message(line, to: "V", prefix: "t.").topic == "t.V")
        #expect(try LineFormat.ndjson.message(Array("{}".utf8), to: "V", prefix: "t.").topic == "t.V")
    }
}
