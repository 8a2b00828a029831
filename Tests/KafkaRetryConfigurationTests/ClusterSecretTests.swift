import KafkaRetry
import RDKafka
import Testing

@testable import KafkaRetryConfiguration

@Suite struct ClusterSecretTests {
    private static let file = """
        bootstrap-server: a:1
        properties: {sasl.password: "${file:/run/standard}"}
        tenants:
          a: {properties: {sasl.password: "${file:/run/a}"}}
          b: {properties: {sasl.password: "${env:B_PASSWORD}"}}
          c: {properties: {sasl.password: hunter2}}
        """

    @Test func onlyTheTenantsOwnSecretHasToBeThere() throws {
        let written = Written(files: ["kafka.yaml": Self.file, "/run/a": "hunter2\n"], environment: ["B_PASSWORD": "hunter3"])
        #expect(try written.connection(tenant: "a").properties["sasl.password"] == "hunter2")
        #expect(try written.connection(tenant: "b").properties["sasl.password"] == "hunter3")
        let standard = try #require(throws: ConfigurationError.self) { try written.connection() }
        #expect(
            standard.description
                == "kafka.yaml, line 2: properties.sasl.password: the file '/run/standard' cannot be opened: No such file or directory")
        let missing = try #require(throws: ConfigurationError.self) { try Written.file(Self.file).connection(tenant: "b") }
        #expect(
            missing.description
                == "kafka.yaml, line 5: tenants.b.properties.sasl.password: the environment variable 'B_PASSWORD' is not set")
    }

    @Test func noneIsShown() throws {
        let written = Written(
            files: ["kafka.yaml": Self.file, "/run/a": "hunter2\n"],
            environment: ["B_PASSWORD": "hunter2", "KAFKA_RETRY_TENANT__D__X_SSL_KEY_PASSWORD": "hunter2"])
        let clusters = try written.clusters()
        for value in [clusters, try clusters.connection(tenant: "a"), try clusters.connection(tenant: "c")] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] { #expect(!text.contains("hunter2"), "\(text.count)") }
        }
        #expect("\(clusters)" == "clusters: ; tenants: a, b, c, d")
    }

    @Test func propertiesAreNotShownBeforeTheyAreResolvedEither() {
        let setting = PropertySetting(name: "sasl.password", value: "hunter2", origin: .flag("-X sasl.password"))
        var dumped = ""
        dump([setting], to: &dumped)
        for text in ["\(setting)", "\([setting])", String(reflecting: setting), dumped] { #expect(!text.contains("hunter2")) }
    }
}
