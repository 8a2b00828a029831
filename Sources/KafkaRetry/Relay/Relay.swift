import RDKafka
import RetryCore

/// Relays retry topics: each record waits until it is due, and then goes back to its source topic or, when its retries are used
/// up, to its dead letter topic. What the daemon runs.
///
/// Missing topics are made, and those that are there checked, before ``run(onReady:)``: see ``TopicPlan``.
public struct Relay: Sendable {
    private let configuration: RelayConfiguration
    private let topics: RelayTopics
    private let log: RetryLogger
    private let member = Member()

    /// The listener's name in ids: the daemon's.
    private static let listener = "relay"

    /// A relay of `configuration`, whose topics were found to be as `topics` says.
    public init(_ configuration: RelayConfiguration, topics: RelayTopics, log: RetryLogger = .silent) {
        self.configuration = configuration
        self.topics = topics
        self.log = log.with([.group: .string(configuration.group), .instance: .string(configuration.instance)])
    }

    /// Ends ``run(onReady:)``: what is in flight is finished first, 10 s at most. Does not block; again does nothing.
    public func stop() { member.stop() }

    /// Joins the group and relays, once, until ``stop()`` or until the task is cancelled, either of which finishes what is in flight.
    ///
    /// - Parameters:
    ///   - onReady: called once the group has been joined, on a thread that must not be kept.
    ///   - onAccount: called on the same thread whenever records have come or a transaction has been committed, with the account as it
    ///     stands: what it counts as written is committed.
    /// - Returns: what it did.
    /// - Throws: a setting that cannot be meant; what leaves no way on: a twin with the same instance name, missing rights, progress of a newer version.
    public func run(
        onReady: @escaping @Sendable () -> Void = {}, onAccount: @escaping @Sendable (RelayAccount) -> Void = { _ in }
    ) async throws(KafkaRetryError) -> RelayAccount {
        do throws(ConfigurationError) { try configuration.check() } catch {
            throw KafkaRetryError(.configuration, "the configuration", remedy: "correct the setting", cause: error)
        }
        let settings = try machineSettings()
        let events = MemberEvents(ready: onReady, report: { onAccount(RelayAccount($0)) })
        let result = await withTaskCancellationHandler {
            await member.run(configuration, settings, log: log, events: events)
        } onCancel: {
            stop()
        }
        return RelayAccount(try result.get())
    }

    private var owner: String { "\(Self.listener)-\(configuration.instance)" }

    private func machineSettings() throws(KafkaRetryError) -> HopMachine.Settings {
        var planners: [String: HopPlanner] = [:]
        for topic in configuration.topics {
            do throws(InvalidHopSettings) {
                let settings = try HopSettings(
                    sourceTopic: topic, naming: configuration.naming, group: configuration.group, service: configuration.service,
                    dialect: configuration.dialect, policy: configuration.policies[topic], horizon: configuration.horizon)
                planners[settings.retryTopic.name] = HopPlanner(settings, partitionCounts: topics.partitionCounts)
            } catch {
                throw KafkaRetryError(.configuration, "topic \(topic)", remedy: "correct the setting", cause: error)
            }
        }
        var generator = SystemRandomNumberGenerator()
        var settings = HopMachine.Settings(
            group: configuration.group, owner: owner, delivery: configuration.delivery == .exactlyOnce ? .exactlyOnce : .atLeastOnce,
            planners: planners, seed: generator.next())
        settings.retentions = topics.retentions
        settings.payloadBytes = MemberMemory(configuration.memory).payloadBytes
        return settings
    }
}
