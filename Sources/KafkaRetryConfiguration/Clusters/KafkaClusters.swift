public import Foundation
public import KafkaRetry

/// The Kafka clusters of a service and its tenants, from a YAML file and `KAFKA_RETRY_…` variables: those that the command takes too.
///
///     let clusters = try KafkaClusters(file: "kafka.yaml")
///     for tenant in clusters.tenants {
///         let connection = try clusters.connection(tenant: tenant)
///         …
///     }
///
/// A tenant overlays its named cluster, which overlays the default cluster. Its description shows names only.
public struct KafkaClusters: Sendable {
    private let sources: ConnectionSources
    private let resolver: ConnectionResolver

    /// Reads the file and the variables, and checks all that they say. Blocks while it reads.
    ///
    /// Of a file's keys those that say how Kafka is reached count; the command's other settings may stand beside them.
    ///
    /// - Parameters:
    ///   - file: the path of a YAML file; `nil` for the one that `KAFKA_RETRY_CONFIG` names, or, if that is not set, for none.
    ///   - environment: the variables, also those that `${env:NAME}` stands for.
    /// - Throws: the first setting that cannot be meant, with the file, line and key, or the variable, and what is allowed there.
    public init(
        file: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) {
        try self.init(file: file, environment: environment) { (path, limit) throws(FileError) in
            try FileError.contents(of: path, limit: limit)
        }
    }

    init(file: String?, environment: [String: String], read: @escaping ConnectionResolver.Read) throws(ConfigurationError) {
        resolver = ConnectionResolver(environment: environment, read: read)
        do throws(SettingError) {
            var sources = ConnectionSources(variables: ConnectionLayer(variables: environment))
            for (name, value) in environment.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
                guard case .unknown(let clause) = sources.variableSections.take(variable: name, value) else { continue }
                throw SettingOrigin.environment(name).error("means nothing\(clause)")
            }
            try sources.variables.check()
            if let path = file ?? environment["KAFKA_RETRY_CONFIG"].flatMap({ $0.isEmpty ? nil : $0 }) {
                let origin = file == nil ? SettingOrigin.environment("KAFKA_RETRY_CONFIG") : .argument("file")
                let bytes: [UInt8]
                do throws(FileError) { bytes = try read(path, YAMLDocument.largestFile) } catch {
                    throw origin.missing("the file '\(path)' \(error.problem)")
                }
                let found = try ClusterFile(path: path, text: bytes)
                (sources.file, sources.fileSections, sources.path) = (found.standard, found.sections, path)
            }
            try sources.check()
            self.sources = sources
        } catch {
            throw error.configurationError
        }
    }

    /// The clusters that have a name, in the order of the alphabet.
    public var clusters: [String] { sources.names(.clusters) }

    /// The tenants, in the order of the alphabet.
    public var tenants: [String] { sources.names(.tenants) }

    /// How Kafka is reached for a tenant, through its own cluster unless another one is named. Reads the files that properties name
    /// (`${file:/path}`, `command-config`) each time, and blocks meanwhile: a secret that has changed is found by the next call.
    ///
    /// - Parameters:
    ///   - tenant: `nil` for the one that `tenant:` or `KAFKA_RETRY_TENANT` name, or, if neither does, for none.
    ///   - cluster: `nil` for the tenant's, or, if it has none, the one that `cluster:` or `KAFKA_RETRY_CLUSTER` name, or else the
    ///     default one.
    /// - Throws: an unknown tenant or cluster, a property that may not be set, a secret that is not there, or no broker's address.
    public func connection(tenant: String? = nil, cluster: String? = nil) throws(ConfigurationError) -> KafkaConnection {
        var sources = sources
        for (key, text) in [(ConnectionKey.tenant, tenant), (.cluster, cluster)] {
            guard let text else { continue }
            sources.flags.settings[key.rawValue] = Setting(texts: [text], origin: .argument(key.rawValue))
        }
        let connection: KafkaConnection
        do throws(SettingError) { connection = try resolver.connection(sources) } catch { throw error.configurationError }
        guard connection.bootstrapServers.isEmpty else { return connection }
        throw ConfigurationError(
            ConnectionKey.bootstrapServer.rawValue,
            "no broker's address is given; write 'bootstrap-server: HOST:PORT' in the file, or set KAFKA_RETRY_BOOTSTRAP_SERVER")
    }
}

extension KafkaClusters: CustomStringConvertible, CustomReflectable {
    /// The names of clusters and tenants.
    public var description: String {
        "clusters: \(clusters.joined(separator: ", ")); tenants: \(tenants.joined(separator: ", "))"
    }

    /// The names of clusters and tenants: a dump shows no secret.
    public var customMirror: Mirror { Mirror(self, children: ["clusters": clusters, "tenants": tenants]) }
}
