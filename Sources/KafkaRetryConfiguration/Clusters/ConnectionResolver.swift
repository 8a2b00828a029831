package import KafkaRetry
import RDKafka

/// Makes a connection of all that was said. Reads the files that it names, and blocks meanwhile.
package struct ConnectionResolver: Sendable {
    package typealias Read = @Sendable (_ path: String, _ limit: Int) throws(FileError) -> [UInt8]

    /// What `${env:NAME}` stands for.
    package var environment: [String: String]
    /// Reads a file of at most the given size.
    package var read: Read

    package init(environment: [String: String], read: @escaping Read) {
        self.environment = environment
        self.read = read
    }

    /// The largest file of properties, in bytes.
    private static let largestFile = 1 << 20

    /// The connection for the tenant and cluster that `sources` ask for. It may have no servers. Secrets of others are not looked at.
    package func connection(_ sources: ConnectionSources) throws(SettingError) -> KafkaConnection {
        let levels = try sources.levels()
        var connection = KafkaConnection(bootstrapServers: levels[.bootstrapServer]?.texts ?? [])
        connection.topicPrefix = levels[.topicPrefix]?.texts.last ?? ""
        connection.tenant = levels.tenant
        connection.cluster = levels.cluster
        let secrets = SecretReference(environment: environment) { [read] (path) throws(FileError) in
            try read(path, SecretReference.largestFile)
        }
        let all = try levels.properties { setting throws(SettingError) in try properties(in: setting) }
        // Of a property only what counts is resolved: a secret that somebody else's replaces need not be there.
        var last: [String: PropertySetting] = [:]
        for property in all {
            try property.check()
            last[property.name] = property
        }
        for name in last.keys.sorted() {
            if let property = last[name] { connection.properties[name] = try secrets.resolve(property) }
        }
        return connection
    }

    private func properties(in setting: Setting) throws(SettingError) -> [PropertySetting] {
        let path = setting.texts.last ?? ""
        let bytes: [UInt8]
        do throws(FileError) { bytes = try read(path, Self.largestFile) } catch {
            throw setting.origin.missing("the file '\(path)' \(error.problem)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw setting.origin.missing("the file '\(path)' is not UTF-8 text")
        }
        let file: RDKafkaConfiguration
        do throws(RDKafkaConfigurationError) { file = try RDKafkaConfiguration(parsing: text, file: path) } catch {
            throw setting.origin.missing("\(error); write one NAME=VALUE a line")
        }
        return file.properties.keys.sorted().map {
            PropertySetting(name: $0, value: file.properties[$0], origin: .propertiesFile(path))
        }
    }
}
