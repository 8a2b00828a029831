import KafkaRetry
import RDKafka
import RetryCore
import Testing

@testable import kafka_retry

@Suite struct SettingsLoaderTests {
    private static let needed = ["--bootstrap-server", "localhost:9092", "--topic", "A"]

    private func relay(_ flags: [String], _ environment: [String: String] = [:], file: String? = nil) throws -> RelayConfiguration {
        var files: [String: String] = [:]
        if let file { files["f.yaml"] = file }
        return try Relay(files: files, environment: environment).configuration(flags + (file == nil ? [] : ["--config", "f.yaml"]))
    }

    private func failure(_ flags: [String], _ environment: [String: String] = [:], file: String? = nil) throws -> CommandFailure {
        try #require(throws: CommandFailure.self) { try relay(flags, environment, file: file) }
    }

    @Test func theDefaultsAreTheContracts() throws {
        let relay = try relay(Self.needed)
        #expect(relay.group == "kafka-retry")
        #expect(relay.delivery == .exactlyOnce)
        #expect(relay.dialect == .link)
        #expect(relay.memory == .mebibytes(256))
        #expect(relay.horizon == .seconds(7 * 86_400))
        #expect(relay.policies.standard.retries == 5)
        #expect(relay.delays("A") == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5)])
        #expect(relay.naming == .standard)
        #expect(relay.createsTopics)
        #expect(relay.startupTimeout == .seconds(30))
        #expect(relay.service == nil)
        #expect(relay.instance == "this-host")
    }

    @Test func flagsBeatVariablesBeatTheFile() throws {
        let variables = ["KAFKA_RETRY_GROUP": "variable", "KAFKA_RETRY_SERVICE": "variable"]
        let file = "group: file\nservice: file\ninstance: file\nno-create-topics: true\n"
        let relay = try relay(Self.needed + ["--group", "flag"], variables, file: file)
        #expect(relay.group == "flag")
        #expect(relay.service == "variable")
        #expect(relay.instance == "file")
        #expect(!relay.createsTopics)
        #expect(try self.relay(Self.needed + ["--create-topics"], file: file).createsTopics)
    }

    @Test func theFileMayBeNamedByAVariable() throws {
        let relay = try Relay(files: ["v.yaml": "group: v"], environment: ["KAFKA_RETRY_CONFIG": "v.yaml"]).configuration(Self.needed)
        #expect(relay.group == "v")
    }

    @Test func variablesHoldListsAndToggles() throws {
        let relay = try relay(
            [],
            [
                "KAFKA_RETRY_BOOTSTRAP_SERVER": "a:1,b:2", "KAFKA_RETRY_TOPIC": "A,B", "KAFKA_RETRY_DELAYS": "1s,2s",
                "KAFKA_RETRY_NO_CREATE_TOPICS": "1", "KAFKA_RETRY_GROUP": "", "KAFKA_RETRY_X_SASL_PASSWORD": "p",
            ])
        #expect(relay.bootstrapServers == ["a:1", "b:2"])
        #expect(relay.topics == ["A", "B"])
        #expect(relay.delays("A") == [.seconds(1), .seconds(2)])
        #expect(!relay.createsTopics)
        #expect(relay.group == "kafka-retry")
        #expect(relay.properties["sasl.password"] == "p")
    }

    @Test func strangeVariablesAreNamedAndKubernetesAreNot() {
        let options = EnvironmentOptions([
            "KAFKA_RETRY_GRUOP": "x", "KAFKA_RETRY_SERVICE_HOST": "10.0.0.1", "KAFKA_RETRY_PORT_80_TCP": "y", "PATH": "/bin",
            "KAFKA_RETRY_PORT": "tcp://10.0.0.1:80",
        ])
        #expect(options.unknown == ["KAFKA_RETRY_GRUOP; did you mean 'KAFKA_RETRY_GROUP'?"])
    }

    @Test func aTopicsOwnPolicyWeighsMoreThanAll() throws {
        let file = """
            retries: 2
            initial-delay: 1s
            topics:
              B: {delays: [7s]}
              C: {retries: 4}
              D: {max-age: 1h}
            """
        let relay = try relay(["--bootstrap-server", "a:1"], file: file)
        #expect(relay.topics == ["B", "C", "D"])
        #expect(relay.delays("B") == [.seconds(7)])
        #expect(relay.delays("C") == [.seconds(1), .seconds(2), .seconds(4), .seconds(5)])
        #expect(relay.delays("D") == [.seconds(1), .seconds(2)])
        #expect(relay.policies["D"].maxAge == .seconds(3_600))
        #expect(relay.policies["B"].maxAge == nil)
    }

    @Test func aFlagsKindOfDelaysReplacesTheFiles() throws {
        #expect(try relay(Self.needed + ["--retries", "2"], file: "delays: [9s]").delays("A") == [.milliseconds(500), .seconds(1)])
        #expect(try relay(Self.needed + ["--delays", "9s"], file: "retries: 3\njitter: full").delays("A") == [.seconds(9)])
    }

    @Test func contradictionsAreUsageErrors() throws {
        for other in [["--retries", "3"], ["--factor", "2"], ["--jitter", "full"], ["--initial-delay", "1s"], ["--max-delay", "1s"]] {
            let failure = try failure(Self.needed + ["--delays", "20s"] + other)
            #expect(failure.status == .usage)
            #expect(failure.message.contains("contradicts --delays"))
        }
        #expect(try failure(Self.needed, file: "delays: [1s]\nretries: 1").status == .badConfiguration)
        #expect(try failure(Self.needed + ["--initial-delay", "9s", "--max-delay", "1s"]).message.contains("shorter than the first delay"))
        #expect(try failure(Self.needed + ["--delays", "1s,30d"]).message.contains("longer than the horizon"))
        #expect(try failure(Self.needed + ["--max-delay", "30d", "--retries", "60"]).message.contains("longer than the horizon"))
        #expect(try failure(Self.needed + ["--retry-suffix", "-Error"]).message.contains("the same as"))
        #expect(try failure(["--bootstrap-server", "a:1", "--topic", "A,A-Retry"]).message.contains("give source topics only"))
        #expect(
            try failure(["--bootstrap-server", "a:1", "--topic", "A-Retry"]).message
                .contains("A-Retry is a retry topic's name; give the source topic: A"))
        let scoped = ["--bootstrap-server", "a:1", "--topic", "A-g-Error", "--group", "g", "--group-scoped-topics"]
        #expect(try failure(scoped).message.contains("A-g-Error is a dead letter topic's name; give the source topic: A"))
        #expect(try failure(Self.needed + ["--group", "a b", "--group-scoped-topics"]).message.contains("cannot have this name"))
    }

    @Test func whatIsMissingIsNamedWithAllWaysToGiveIt() throws {
        let noTopic = try failure(["--bootstrap-server", "a:1"])
        #expect(noTopic.status == .usage)
        #expect(noTopic.description.contains("KAFKA_RETRY_TOPIC"))
        #expect(try failure(["--topic", "A"]).description.contains("--bootstrap-server HOST:PORT"))
        #expect(try failure(Self.needed + ["--config", "none.yaml"]).status == .badConfiguration)
    }

    @Test(arguments: ["a:0", "a:65536", ":9092", "a:b:c", "a b:1", "[::1", "a:", "ä:1", "http://a/b"])
    func badAddressesAreRefused(server: String) throws {
        #expect(try failure(["--bootstrap-server", server, "--topic", "A"]).status == .usage)
    }

    @Test(arguments: ["a:1", "a", "[::1]:9092", "PLAINTEXT://a:1", "10.0.0.1:9092,b:9093"])
    func goodAddressesAreTaken(servers: String) throws {
        #expect(try !relay(["--bootstrap-server", servers, "--topic", "A"]).bootstrapServers.isEmpty)
    }

    @Test func badValuesNameTheirVariable() throws {
        let failure = try failure(Self.needed, ["KAFKA_RETRY_HORIZON": "soon"])
        #expect(failure.status == .badConfiguration)
        #expect(failure.message.hasPrefix("the environment variable KAFKA_RETRY_HORIZON: 'soon' is not a duration"))
    }

    @Test(arguments: ["group.id=x", "bootstrap.servers=x:1", "transactional.id=x", "enable.auto.commit=true", "isolation.level=x"])
    func propertiesThatTheRelayDecidesAreRefused(property: String) throws {
        #expect(try failure(Self.needed + ["-X", property]).message.contains("cannot be set here"))
    }
}
