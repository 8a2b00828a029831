import KafkaRetry
import RDKafka
import RetryCore
import Testing

@testable import KafkaRetryConfiguration

/// Which of several places decides.
@Suite struct OverlayTests {
    private static let file = """
        bootstrap-server: [near:1, near:2]
        topic-prefix: all.
        properties: {client.id: standard, security.protocol: PLAINTEXT, sasl.username: standard}
        clusters:
          eu:
            bootstrap-server: eu:1
            properties: {security.protocol: SASL_SSL, sasl.username: eu}
          us: {bootstrap-server: us:1}
        tenants:
          clinic-a:
            cluster: eu
            topic-prefix: a.
            properties: {sasl.username: a}
          clinic-b:
          clinic-c: {topic-prefix: ""}
        """

    @Test func aTenantOverlaysItsClusterWhichOverlaysTheDefaultOne() throws {
        let clusters = try Written.file(Self.file).clusters()
        #expect(clusters.tenants == ["clinic-a", "clinic-b", "clinic-c"] && clusters.clusters == ["eu", "us"])
        let standard = try clusters.connection()
        #expect(standard.bootstrapServers == ["near:1", "near:2"] && standard.topicPrefix == "all.")
        #expect(standard.properties["sasl.username"] == "standard" && standard.tenant == nil && standard.cluster == nil)
        let cluster = try clusters.connection(cluster: "eu")
        #expect(cluster.bootstrapServers == ["eu:1"] && cluster.topicPrefix == "all." && cluster.cluster == "eu")
        #expect(cluster.properties["sasl.username"] == "eu" && cluster.properties["client.id"] == "standard")
        let tenant = try clusters.connection(tenant: "clinic-a")
        #expect(tenant.bootstrapServers == ["eu:1"] && tenant.topicPrefix == "a.")
        #expect(tenant.properties == ["client.id": "standard", "security.protocol": "SASL_SSL", "sasl.username": "a"])
        #expect(tenant.tenant == "clinic-a" && tenant.cluster == "eu")
        var named = try clusters.connection(tenant: "clinic-b")
        named.tenant = nil
        #expect(named == standard, "a tenant without anything of its own is the default cluster's")
        #expect(try clusters.connection(tenant: "clinic-c").topicPrefix.isEmpty)
    }

    @Test func whatACallNamesDecidesBeforeTheTenant() throws {
        let moved = try Written.file(Self.file).connection(tenant: "clinic-a", cluster: "us")
        #expect(moved.bootstrapServers == ["us:1"] && moved.topicPrefix == "a.")
        #expect(moved.properties["security.protocol"] == "PLAINTEXT" && moved.properties["sasl.username"] == "a")
    }

    /// That cluster's credentials would go to them.
    @Test func noClusterTakesThePlaceOfBrokersThatATenantHasOfItsOwn() throws {
        let file = "clusters: {eu: {bootstrap-server: 'eu:1', properties: {sasl.password: E}}}\ntenants: {t: {bootstrap-server: 't:1'}}\n"
        #expect(try Written.file(file).connection(tenant: "t").bootstrapServers == ["t:1"])
        let error = #expect(throws: ConfigurationError.self) { try Written.file(file).connection(tenant: "t", cluster: "eu") }
        let said = error.map { "\($0)" } ?? ""
        #expect(said.contains("the tenant 't' has brokers of its own, which no other cluster replaces"), "\(said)")
    }

    @Test func aVariableBeatsTheFileWhereItBelongsAndNoNarrowerPlace() throws {
        let variables = [
            "KAFKA_RETRY_BOOTSTRAP_SERVER": "v-near:1,v-near:2", "KAFKA_RETRY_X_SASL_USERNAME": "v-standard",
            "KAFKA_RETRY_TOPIC_PREFIX": "v-all.", "KAFKA_RETRY_CLUSTER__EU__BOOTSTRAP_SERVER": "v-eu:1",
            "KAFKA_RETRY_TENANT__CLINIC_A__X_SASL_USERNAME": "v-a", "KAFKA_RETRY_TENANT__CLINIC_B__CLUSTER": "us",
            "KAFKA_RETRY_TENANT__CLINIC_A__TOPIC_PREFIX": "", "KAFKA_RETRY_X_CLIENT_ID": "v-id",
        ]
        let clusters = try Written.file(Self.file, variables).clusters()
        let standard = try clusters.connection()
        #expect(standard.bootstrapServers == ["v-near:1", "v-near:2"] && standard.topicPrefix == "v-all.")
        #expect(standard.properties["sasl.username"] == "v-standard")
        let cluster = try clusters.connection(cluster: "eu")
        #expect(cluster.bootstrapServers == ["v-eu:1"] && cluster.properties["sasl.username"] == "eu")
        let tenant = try clusters.connection(tenant: "clinic-a")
        #expect(tenant.bootstrapServers == ["v-eu:1"] && tenant.topicPrefix == "a.")
        #expect(tenant.properties["sasl.username"] == "v-a" && tenant.properties["client.id"] == "v-id")
        #expect(try clusters.connection(tenant: "clinic-b").bootstrapServers == ["us:1"])
        #expect(try clusters.connection(tenant: "clinic-c").topicPrefix.isEmpty, "an empty variable is none")
    }

    @Test func theEnvironmentAloneWillDo() throws {
        let written = Written(environment: [
            "KAFKA_RETRY_BOOTSTRAP_SERVER": "near:1", "KAFKA_RETRY_CLUSTER__EU_1__BOOTSTRAP_SERVER": "eu:1",
            "KAFKA_RETRY_TENANT__CLINIC_A__CLUSTER": "eu-1", "KAFKA_RETRY_TENANT__CLINIC_A__X_SASL_PASSWORD": "p",
            "KAFKA_RETRY_TENANT": "clinic.a",
        ])
        #expect(try written.clusters().tenants == ["clinic-a"] && written.clusters().clusters == ["eu-1"])
        let chosen = try written.connection()
        #expect(chosen.bootstrapServers == ["eu:1"] && chosen.properties == ["sasl.password": "p"])
        #expect(try written.connection(cluster: "EU_1").bootstrapServers == ["eu:1"])
    }

    @Test func theFileMayBeNamedByAVariableAndNameATenant() throws {
        var written = Written.file("bootstrap-server: a:1\ntenant: t\ntenants: {t: {bootstrap-server: t:1}, u: }\n")
        #expect(try written.connection().bootstrapServers == ["t:1"])
        #expect(try written.connection(tenant: "u").bootstrapServers == ["a:1"])
        written = Written(files: ["v.yaml": "bootstrap-server: v:1"], environment: ["KAFKA_RETRY_CONFIG": "v.yaml"])
        #expect(try written.connection().bootstrapServers == ["v:1"])
    }

    @Test func anEmptyPropertyTakesAwayWhatIsBelow() throws {
        let connection = try Written.file(
            """
            bootstrap-server: a:1
            properties: {ssl.certificate.location: /c, ssl.ca.location: /ca}
            tenants: {t: {properties: {ssl.certificate.location: }}}
            """
        ).connection(tenant: "t")
        #expect(connection.properties == ["ssl.ca.location": "/ca"])
    }

    @Test func eachPlaceMayHaveAFileOfProperties() throws {
        let files = [
            "kafka.yaml": """
            bootstrap-server: a:1
            command-config: all
            properties: {p: 1, q: 1}
            tenants:
              t: {command-config: own, properties: {r: 2, s: 2}}
            """, "all": "q=2\nr=1\n", "own": "s=3\nt=3\n",
        ]
        let written = Written(files: files, environment: ["KAFKA_RETRY_X_T": "0", "KAFKA_RETRY_TENANT__T__X_U": "4"])
        let tenant = try written.connection(tenant: "t").properties
        #expect(tenant == ["p": "1", "q": "2", "r": "2", "s": "3", "t": "3", "u": "4"])
        #expect(try written.connection().properties == ["p": "1", "q": "2", "r": "1", "t": "0"])
    }

    /// As the command has it: a file on the command line weighs as much as the default cluster's, and beside a tenant more than that.
    @Test func aFileOfPropertiesOnTheCommandLineBeatsATenant() throws {
        let resolver = ConnectionResolver(environment: [:]) { (path, _) throws(FileError) in Array("p=\(path)\nq=\(path)\n".utf8) }
        func properties(_ flags: [String: String], tenant: Bool) throws -> RDKafkaConfiguration {
            var sources = ConnectionSources(variables: ConnectionLayer(variables: ["KAFKA_RETRY_X_P": "variable"]))
            let entries = try YAMLDocument.settings(path: "f", text: Array("tenants: {t: {properties: {p: tenant, q: tenant}}}".utf8))
            for entry in entries { _ = try sources.fileSections.take(entry, path: "f") }
            for (key, value) in flags { sources.flags.settings[key] = Setting(texts: [value], origin: .flag(key)) }
            if tenant { sources.flags.settings["tenant"] = Setting(texts: ["t"], origin: .flag("--tenant")) }
            return try resolver.connection(sources).properties
        }
        #expect(try properties(["command-config": "flag"], tenant: false) == ["p": "variable", "q": "flag"])
        #expect(try properties(["command-config": "flag"], tenant: true) == ["p": "flag", "q": "flag"])
        #expect(try properties([:], tenant: true) == ["p": "tenant", "q": "tenant"])
    }

    @Test func topicsHaveThePrefixAndWhatBelongsToThemToo() throws {
        let connection = try Written.file(Self.file).connection(tenant: "clinic-a")
        let topic = connection.topic(.patientEvent)
        #expect(topic == "a.PatientEvent" && topic.retry == "a.PatientEvent-Retry" && topic.deadLetter == "a.PatientEvent-Error")
        let relay = RelayConfiguration(connection, topics: [topic], instance: "i")
        let listener = ListenerConfiguration(connection, group: "g", instance: "i")
        let producer = ProducerConfiguration(connection)
        for properties in [relay.properties, listener.properties, producer.properties] { #expect(properties == connection.properties) }
        for servers in [relay.bootstrapServers, listener.bootstrapServers, producer.bootstrapServers] { #expect(servers == ["eu:1"]) }
    }
}
