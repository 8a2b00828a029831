import KafkaRetryConfiguration
import Testing

@testable import kafka_retry

@Suite struct SettingsFileTests {
    private func read(_ text: String) throws -> SettingsFile { try SettingsFile(path: "relay.yaml", text: Array(text.utf8)) }

    @Test func allKindsOfSettingsAreRead() throws {
        let file = try read(
            """
            bootstrap-server: [a:9092, b:9092]
            topic: X, Y
            retries: 3
            create-topics: false
            topics:
              PatientEvent:
                delays: [20s, PT60S]
                max-age: 1d
              ReportScheduled:
            properties:
              security.protocol: sasl_ssl
            """)
        #expect(file.settings["bootstrap-server"]?.texts == ["a:9092", "b:9092"])
        #expect(file.settings["topic"]?.texts == ["X", "Y"])
        #expect(file.settings["retries"] == Setting(texts: ["3"], origin: .file("relay.yaml", line: 3, key: "retries")))
        #expect(file.settings["create-topics"]?.texts == ["false"])
        #expect(file.topics.map(\.name) == ["PatientEvent", "ReportScheduled"])
        #expect(file.topics.first?.settings["delays"]?.texts == ["20s", "PT60S"])
        #expect(file.properties.map(\.name) == ["security.protocol"])
    }

    @Test func topicsMayBeAList() throws {
        #expect(try read("topics: [A, B]").topics.map(\.name) == ["A", "B"])
    }

    @Test func everyOptionWithAKeyMayStandInTheFile() throws {
        for option in OptionTable.all {
            guard let key = option.key, option.shape != .properties else { continue }
            let samples = ["bootstrap-server": "localhost:9092", "delays": "1s", "max-age": "1s", "log-format": "text"]
            let value = samples[key] ?? option.standardValue ?? "X"
            #expect(try read("\(key): \(value)").settings[option.name] != nil, "\(key)")
        }
    }

    @Test(arguments: [
        ("group: g\ngruop: h\n", "relay.yaml, line 2: gruop: there is no such setting; did you mean 'group'?"),
        (
            "delays:\n  - 20s\n  - soon\n",
            "relay.yaml, line 3: delays: 'soon' is not a duration; write one such as 20s, 500ms, 2m, 1h, 7d or PT20S"
        ),
        ("memory:\n  size: 1\n", "relay.yaml, line 1: memory: is a mapping; expected SIZE"),
        ("group:\n", "relay.yaml, line 1: group: is empty; expected NAME"),
        ("retries: [1]\n", "relay.yaml, line 1: retries: is a list; expected N"),
        ("create-topics: maybe\n", "relay.yaml, line 1: create-topics: 'maybe' is neither true nor false"),
        (
            "topics:\n  A:\n    dealys: [1s]\n",
            "relay.yaml, line 3: topics.A.dealys: there is no such setting of a topic; did you mean 'delays'?"
        ),
        ("topics:\n  A:\n    group: g\n", "relay.yaml, line 3: topics.A.group: cannot be set for a single topic"),
        (
            "topics:\n  A: 3\n",
            "relay.yaml, line 2: topics.A: is a single value; expected a policy, such as 'delays: [20s, 60s]', or nothing"
        ),
        ("topics:\n  A:\n    factor: 0.5\n", "relay.yaml, line 3: topics.A.factor: '0.5' is out of range; it may be from 1 to 1000"),
        ("topics: A\n", "relay.yaml, line 1: topics: is a single value; expected topics, each with its policy, or a list of topics"),
        ("- group\n", "relay.yaml, line 1: the file is a list; expected settings, 'key: value' a line"),
        ("create-topics: true\nno-create-topics: true\n", "relay.yaml, line 2: no-create-topics: says again what stands above"),
        ("dialect: sprint\n", "relay.yaml, line 1: dialect: 'sprint' is not one of link, spring; did you mean 'spring'?"),
        ("config: other.yaml\n", "relay.yaml, line 1: config: there is no such setting"),
        ("group: \"a\\0b\"\n", "relay.yaml, line 1: group: holds a NUL character"),
        ("a: b: c\n", "relay.yaml, line 1: it is not YAML: mapping values are not allowed in this context"),
    ])
    func mistakesNameFileLineAndKey(text: String, message: String) throws {
        let failure = try #require(throws: CommandFailure.self) { try read(text) }
        #expect(failure.message == message)
        #expect(failure.status == .badConfiguration)
    }
}
