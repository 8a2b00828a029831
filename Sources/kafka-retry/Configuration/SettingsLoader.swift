import Foundation
import KafkaRetry
import KafkaRetryConfiguration
import RetryCore

/// Brings command line, environment and file together and makes a relay's configuration of them.
struct SettingsLoader {
    let environment: [String: String]
    /// Reads a file of at most the given size.
    var read: @Sendable (_ path: String, _ limit: Int) throws(FileError) -> [UInt8] = {
        (path, limit) throws(FileError) in try FileError.contents(of: path, limit: limit)
    }
    var hostName: @Sendable () -> String = { ProcessInfo.processInfo.hostName }

    /// The settings of a command with these arguments, each of them checked by itself.
    func settings(_ arguments: ArgumentParser.Result) throws(CommandFailure) -> Settings {
        let variables = EnvironmentOptions(environment)
        var settings = Settings(
            flags: arguments.settings, environment: variables.settings, flagProperties: arguments.properties,
            environmentProperties: variables.properties, environmentSections: variables.sections)
        if let setting = settings.given(OptionTable.config.description) {
            let path = try Settings.value(OptionTable.config, setting)
            settings.file = try SettingsFile(path: path, text: try contents(path, YAMLDocument.largestFile, setting))
        }
        settings.unknownVariables = variables.unknown
        try settings.check()
        return settings
    }

    /// The relay of `topics` that `settings` describe, through `connection`.
    func relay(
        _ settings: Settings, _ topics: [KafkaTopic], _ connection: KafkaConnection
    ) throws(CommandFailure) -> RelayConfiguration {
        let instance = try settings.value(OptionTable.instance) ?? hostName()
        var relay = RelayConfiguration(connection, topics: topics.map(connection.topic), instance: instance)
        relay.group = try settings.value(OptionTable.group) ?? relay.group
        relay.service = try settings.value(OptionTable.service)
        relay.delivery = try settings.value(OptionTable.delivery) ?? relay.delivery
        relay.dialect = try settings.value(OptionTable.dialect) ?? relay.dialect
        relay.memory = try settings.value(OptionTable.memory) ?? relay.memory
        relay.horizon = try settings.value(OptionTable.horizon) ?? relay.horizon
        relay.naming = try naming(settings)
        relay.createsTopics = try settings.value(OptionTable.createTopics) ?? relay.createsTopics
        relay.startupTimeout = try settings.value(OptionTable.startupTimeout) ?? relay.startupTimeout
        let policies = PolicySettings(settings: settings, horizon: relay.horizon)
        relay.policies = RetryPolicies(try policies.policy())
        for topic in settings.file.topics {
            relay.policies.byTopic[connection.topic(KafkaTopic(topic.name))] = try policies.policy(topic)
        }
        do throws(ConfigurationError) { try relay.check() } catch { throw failure(error, settings) }
        return relay
    }

    /// The producer that `settings` describe, through `connection`, without its spool.
    func producer(_ settings: Settings, _ connection: KafkaConnection) throws(CommandFailure) -> ProducerConfiguration {
        var producer = ProducerConfiguration(connection)
        producer.deadline = try settings.value(OptionTable.deadline) ?? producer.deadline
        producer.service = try settings.value(OptionTable.produceService)
        producer.naming.deadLetterSuffix = try settings.value(OptionTable.deadLetterSuffix) ?? producer.naming.deadLetterSuffix
        producer.policy = try PolicySettings(settings: settings, horizon: DurationNotation.longest).policy()
        do throws(ConfigurationError) { try producer.check() } catch { throw failure(error, settings) }
        return producer
    }

    /// The source topics that were named, each once and without the connection's prefix; at least one.
    func topics(_ settings: Settings) throws(CommandFailure) -> [KafkaTopic] {
        let topics = try namedTopics(settings)
        guard topics.isEmpty else { return topics }
        throw CommandFailure(
            .usage, "no topic is given",
            hint: "Give --topic TOPIC, or set KAFKA_RETRY_TOPIC, or 'topics:' in the file of --config.")
    }

    /// The source topics that were named, each once and without the connection's prefix.
    func namedTopics(_ settings: Settings) throws(CommandFailure) -> [KafkaTopic] {
        var names: [String] = []
        if let setting = Settings.given(OptionTable.topic.description, in: [settings.flags, settings.environment]) {
            names = try Settings.value(OptionTable.topic, setting)
        } else {
            names =
                try settings.file.settings[OptionTable.topic.description.name].map { setting throws(CommandFailure) in
                    try Settings.value(OptionTable.topic, setting)
                } ?? []
            names += settings.file.topics.map(\.name)
        }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.map { KafkaTopic($0) }
    }

    /// How Kafka is reached, for the tenant and cluster that are asked for. It has a broker's address.
    func connection(_ settings: Settings) throws(CommandFailure) -> KafkaConnection {
        let resolver = ConnectionResolver(environment: environment, read: read)
        let connection = try CommandFailure.over { () throws(SettingError) in try resolver.connection(settings.connection) }
        guard connection.bootstrapServers.isEmpty else { return connection }
        throw CommandFailure(
            .usage, "no broker's address is given",
            hint: "Give --bootstrap-server HOST:PORT, or set KAFKA_RETRY_BOOTSTRAP_SERVER, or 'bootstrap-server:' in the file of --config.")
    }

    /// How the topics are called.
    func naming(_ settings: Settings) throws(CommandFailure) -> TopicNaming {
        var naming = TopicNaming.standard
        naming.retrySuffix = try settings.value(OptionTable.retrySuffix) ?? naming.retrySuffix
        naming.deadLetterSuffix = try settings.value(OptionTable.deadLetterSuffix) ?? naming.deadLetterSuffix
        if try settings.value(OptionTable.groupScopedTopics) == true { naming.group = try settings.value(OptionTable.group) }
        return naming
    }

    private func contents(_ path: String, _ limit: Int, _ setting: Setting) throws(CommandFailure) -> [UInt8] {
        do throws(FileError) { return try read(path, limit) } catch {
            throw CommandFailure(.badConfiguration, "\(setting.origin.description): the file '\(path)' \(error.problem)")
        }
    }

    private func failure(_ error: ConfigurationError, _ settings: Settings) -> CommandFailure {
        if let option = OptionTable.option(named: error.setting), let setting = settings.given(option) {
            return setting.origin.failure(error.problem)
        }
        return CommandFailure(.badConfiguration, "--\(error.setting): \(error.problem)")
    }
}
