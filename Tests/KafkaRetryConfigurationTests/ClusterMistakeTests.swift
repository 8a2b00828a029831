import KafkaRetry
import Testing

@testable import KafkaRetryConfiguration

/// Mistakes are named with their place and what is allowed, when the file is read.
@Suite struct ClusterMistakeTests {
    private static let allowed = "bootstrap-server, topic-prefix, command-config, properties"

    @Test(arguments: [
        ("clusters: [a]\n", "kafka.yaml, line 1: clusters: is a list; expected clusters by their names, each with its settings"),
        ("tenants:\n  a: b\n", "kafka.yaml, line 2: tenants.a: is a single value; expected settings: cluster, \(allowed)"),
        (
            "clusters:\n  a:\n    bootstrap-servers: x:1\n",
            "kafka.yaml, line 3: clusters.a.bootstrap-servers: is no setting of a cluster, which may have \(allowed); did you mean 'bootstrap-server'?"
        ),
        (
            "clusters:\n  a:\n    cluster: b\n",
            "kafka.yaml, line 3: clusters.a.cluster: is no setting of a cluster, which may have \(allowed)"
        ),
        (
            "tenants:\n  a:\n    group: b\n",
            "kafka.yaml, line 3: tenants.a.group: is no setting of a tenant, which may have cluster, \(allowed)"
        ),
        (
            "clusters: {eu: , us: }\ntenants:\n  a:\n    cluster: ue\n",
            "kafka.yaml, line 4: tenants.a.cluster: there is no cluster 'ue'; did you mean 'eu'?; the clusters in kafka.yaml are eu, us"
        ),
        (
            "tenants: {a: {cluster: eu}}\n",
            "kafka.yaml, line 1: tenants.a.cluster: there is no cluster 'eu'; none is defined; write 'clusters:' in kafka.yaml, or variables such as KAFKA_RETRY_CLUSTER__EU__BOOTSTRAP_SERVER"
        ),
        ("tenants:\n  a:\n  a:\n", "kafka.yaml, line 3: the key 'a' stands here again; the first is in line 2"),
        ("clusters: {}\nclusters: {}\n", "kafka.yaml, line 2: the key 'clusters' stands here again; the first is in line 1"),
        (
            "tenants:\n  clinic-a:\n  Clinic_A:\n",
            "kafka.yaml, line 3: tenants.Clinic_A: is the tenant 'clinic-a' of line 2 again: names that differ in case, '-', '_' and '.' are one"
        ),
        (
            "tenants:\n  a--b:\n",
            "kafka.yaml, line 2: tenants.a--b: 'a--b' is no name; write letters and digits, with single '-', '_' or '.' between them"
        ),
        (
            "tenants:\n  a:\n    topic-prefix: a/\n",
            "kafka.yaml, line 3: tenants.a.topic-prefix: 'a/' cannot begin a topic's name, which may only hold a-z, A-Z, 0-9, '.', '_' and '-'"
        ),
        ("tenants:\n  a:\n    topic-prefix:\n", "kafka.yaml, line 3: tenants.a.topic-prefix: is empty; expected TEXT"),
        (
            "clusters:\n  a:\n    bootstrap-server:\n      - x:1\n      - x:y\n",
            "kafka.yaml, line 5: clusters.a.bootstrap-server: 'x:y' is not a server's address; write HOST:PORT, such as localhost:9092"
        ),
        (
            "clusters:\n  a:\n    bootstrap-server: {x: 1}\n",
            "kafka.yaml, line 3: clusters.a.bootstrap-server: is a mapping; expected HOST:PORT[,...]"
        ),
        (
            "clusters:\n  a:\n    properties: [x]\n",
            "kafka.yaml, line 3: clusters.a.properties: is a list; expected librdkafka properties, 'name: value' a line"
        ),
        (
            "clusters:\n  a:\n    properties:\n      x: [hunter2]\n",
            "kafka.yaml, line 4: clusters.a.properties.x: is a list; expected a single value"
        ),
        (
            "tenants:\n  a:\n    properties:\n      group.id: hunter2\n",
            "kafka.yaml, line 4: tenants.a.properties.group.id: group.id cannot be set here: use --group"
        ),
        ("tennants: {}\n", "kafka.yaml, line 1: tennants: there is no such setting; did you mean 'tenants'?"),
        ("- a\n", "kafka.yaml, line 1: the file is a list; expected settings, 'key: value' a line"),
        ("a: b: c\n", "kafka.yaml, line 1: it is not YAML: mapping values are not allowed in this context"),
    ])
    func mistakesNameFileLineAndKey(text: String, message: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Written.file(text).clusters() }
        #expect(error.description == message)
    }

    @Test func theSettingsOfTheCommandMayStandBeside() throws {
        let text = "group: g\ndelays: [1s]\ntopics: {A: {retries: 3}}\nbootstrap-server: a:1\nour-own: {x: y}\n"
        #expect(try Written.file(text).connection().bootstrapServers == ["a:1"])
    }

    @Test(arguments: [
        (
            ["KAFKA_RETRY_TENANT__A__CLUSTER": "eu"],
            "the environment variable KAFKA_RETRY_TENANT__A__CLUSTER: there is no cluster 'eu'; none is defined; write 'clusters:' in a file, or variables such as KAFKA_RETRY_CLUSTER__EU__BOOTSTRAP_SERVER"
        ),
        (
            ["KAFKA_RETRY_CLUSTER__A__BOOTSTRAP_SERVER": "a:1,"],
            "the environment variable KAFKA_RETRY_CLUSTER__A__BOOTSTRAP_SERVER: holds an empty entry; is there a comma too many?"
        ),
        (
            ["KAFKA_RETRY_BOOTSTRAP_SERVER": "http://a:1"],
            "the environment variable KAFKA_RETRY_BOOTSTRAP_SERVER: 'http://a:1' is not a server's address; write HOST:PORT, such as localhost:9092"
        ),
        (
            ["KAFKA_RETRY_TOPIC_PREFIX": "a b"],
            "the environment variable KAFKA_RETRY_TOPIC_PREFIX: 'a b' cannot begin a topic's name, which may only hold a-z, A-Z, 0-9, '.', '_' and '-'"
        ),
        (
            ["KAFKA_RETRY_CONFIG": "nowhere.yaml"],
            "the environment variable KAFKA_RETRY_CONFIG: the file 'nowhere.yaml' cannot be opened: No such file or directory"
        ),
        (
            ["KAFKA_RETRY_TENANT__A__TOPIC_PREFX": "a."],
            "the environment variable KAFKA_RETRY_TENANT__A__TOPIC_PREFX: means nothing; did you mean 'TOPIC_PREFIX'?"
        ),
        (
            ["KAFKA_RETRY_TENANT__A__X_ACKS": "0"],
            "the environment variable KAFKA_RETRY_TENANT__A__X_ACKS: acks cannot be set here: it is always all"
        ),
    ])
    func mistakesNameTheirVariable(environment: [String: String], message: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Written(environment: environment).clusters() }
        #expect(error.description == message)
    }

    @Test func whoIsNotThereIsNamedWithThoseWhoAre() throws {
        let variables = ["KAFKA_RETRY_TENANT__EAST__TOPIC_PREFIX": "e."]
        let clusters = try Written.file("bootstrap-server: a:1\ntenants: {north: , south: }\n", variables).clusters()
        func problem(tenant: String? = nil, cluster: String? = nil) throws -> String {
            try #require(throws: ConfigurationError.self) { try clusters.connection(tenant: tenant, cluster: cluster) }.description
        }
        let known = "the tenants in kafka.yaml and the environment are east, north, south"
        #expect(try problem(tenant: "soth") == "tenant: there is no tenant 'soth'; did you mean 'south'?; \(known)")
        #expect(try problem(tenant: "a/b") == "tenant: 'a/b' is no name of a tenant")
        #expect(try problem(cluster: "north").hasPrefix("cluster: there is no cluster 'north'; none is defined"))
        #expect(try problem(tenant: "").hasPrefix("tenant: '' is no name"))
    }

    @Test func withoutAnAddressThereIsNoConnection() throws {
        let written = Written.file("tenants: {a: }\nclusters: {b: {bootstrap-server: b:1}}\n")
        let error = try #require(throws: ConfigurationError.self) { try written.connection(tenant: "a") }
        #expect(error.setting == "bootstrap-server" && error.problem.contains("KAFKA_RETRY_BOOTSTRAP_SERVER"))
        #expect(try written.connection(tenant: "a", cluster: "b").bootstrapServers == ["b:1"])
    }

    @Test func aVariableWithAnUnknownEndMeansNothing() {
        var sections = ClusterSections()
        #expect(sections.take(variable: "KAFKA_RETRY_TENANT__A__TOPIC_PREFX", "x") == .unknown("; did you mean 'TOPIC_PREFIX'?"))
        #expect(sections.take(variable: "KAFKA_RETRY_TENANT__A", "x") == .unknown("; write KAFKA_RETRY_TENANT__NAME__BOOTSTRAP_SERVER"))
        #expect(sections.take(variable: "KAFKA_RETRY_CLUSTER__A__CLUSTER", "x") == .unknown(""))
        #expect(sections.take(variable: "KAFKA_RETRY_TENANT", "x") == .other)
        #expect(sections == ClusterSections())
        #expect(sections.take(variable: "KAFKA_RETRY_TENANT__A_X_B__TOPIC_PREFIX", "x") == .taken)
        #expect(sections[.tenants].keys.map(\.text) == ["a-x-b"])
    }
}
