import KafkaRetry
import KafkaRetryConfiguration
import RetryCore

@testable import kafka_retry

/// `run` up to its configuration, with files and variables made up.
struct Relay {
    var files: [String: String] = [:]
    var environment: [String: String] = [:]

    func configuration(_ flags: [String]) throws -> RelayConfiguration {
        let files = files
        let loader = SettingsLoader(
            environment: environment,
            read: { (path, _) throws(FileError) in
                guard let text = files[path] else { throw FileError(problem: "cannot be opened: No such file or directory") }
                return Array(text.utf8)
            }, hostName: { "this-host" })
        let arguments = try ArgumentParser.parse(flags, command: "run", options: RunCommand.description.options)
        return try loader.relay(try loader.settings(arguments))
    }
}

extension RelayConfiguration {
    /// The delays of a topic's retries, jitter aside.
    func delays(_ topic: KafkaTopic) -> [Duration] {
        let policy = policies[topic]
        return (1...Int64(max(1, policy.retries ?? 1))).compactMap {
            policy.delay(for: RetryAttempt(source: TopicPartition(topic.name, 0), offset: 0, retry: $0))
        }
    }
}

extension SettingsLoader {
    /// The relay that `settings` describe.
    func relay(_ settings: Settings) throws(CommandFailure) -> RelayConfiguration {
        try relay(settings, try topics(settings), try connection(settings))
    }
}
