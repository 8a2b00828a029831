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
    private let lines = RelayLoop.Lines()

    /// The listener's name in ids: the daemon's.
    private static let listener = "relay"

    /// A relay of `configuration`, whose topics were found to be as `topics` says.
    public init(_ configuration: RelayConfiguration, topics: RelayTopics, log: RetryLogger = .silent) {
        self.configuration = configuration
        self.topics = topics
        self.log = log.with([.group: .string(configuration.group), .instance: .string(configuration.instance)])
    }

    /// Ends ``run(onReady:)``: what is in flight is finished first, 10 s at most. Does not block; again does nothing.
    public func stop() { lines.inputs.post(.stop) }

    /// Joins the group and relays, once, until ``stop()`` or until the task is cancelled, either of which finishes what is in flight.
    ///
    /// - Parameters:
    ///   - onReady: called once the group has been joined, on a thread that must not be kept.
    ///   - onAccount: called on the same thread whenever records have come or a transaction has been committed, with the account as it
    ///     stands: what it counts as written is committed.
    /// - Returns: what it did.
    /// - Throws: what leaves no way on: a twin with the same instance name, missing rights, progress of a newer version.
    public func run(
        onReady: @escaping @Sendable () -> Void = {}, onAccount: @escaping @Sendable (RelayAccount) -> Void = { _ in }
    ) async throws(KafkaRetryError) -> RelayAccount {
        let result = await withTaskCancellationHandler {
            await threads(onReady, onAccount)
        } onCancel: {
            stop()
        }
        return try result.get()
    }

    private var owner: String { "\(Self.listener)-\(configuration.instance)" }

    private func threads(
        _ onReady: @escaping @Sendable () -> Void, _ onAccount: @escaping @Sendable (RelayAccount) -> Void
    ) async -> Result<RelayAccount, KafkaRetryError> {
        guard !lines.stop.isSet else {
            return .failure(KafkaRetryError(.client, "this relay has run already", remedy: "make another one"))
        }
        let clients = RelayClients(configuration, owner: owner)
        let settings: HopMachine.Settings
        do throws(KafkaRetryError) { settings = try machineSettings() } catch { return .failure(error) }
        let observer = RDKafkaObserver(log: clientLog)
        let loop = RelayLoop(settings, lines: lines, log: log, onReady: onReady, onAccount: onAccount)
        let (consumers, announce) = AsyncStream<Void>.makeStream()
        let targets = configuration.topics.flatMap { [$0.name, $0.deadLetter(configuration.naming).name] }
        return await withTaskGroup(of: Result<RelayAccount, KafkaRetryError>?.self) { group in
            group.addTask {
                defer { announce.finish() }
                do throws(KafkaRetryError) {
                    return .success(
                        try await loop.run(
                            { () throws(KafkaRetryError) in try clients.consumer(observer, wakeUp: { [lines] in lines.inputs.ring() }) },
                            announce: { announce.yield() }))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                for await _ in consumers {
                    await withDiscardingTaskGroup { threads in
                        threads.addTask {
                            await CommitThread().run(lines.steps, stop: lines.stop, answers: lines.inputs) {
                                clients.committer(lines.member, topics: targets, stop: lines.stop, observer, log)
                            }
                        }
                        threads.addTask {
                            await clients.progressReader(log).run(lines.restores, stop: lines.stop, answers: lines.inputs)
                        }
                        threads.addTask { await clients.recordReader(log).run(lines.reads, stop: lines.stop, answers: lines.inputs) }
                    }
                }
                return nil
            }
            var outcome: Result<RelayAccount, KafkaRetryError>?
            for await result in group { outcome = outcome ?? result }
            return outcome ?? .failure(KafkaRetryError(.client, "the relay ended without a word", remedy: "report it"))
        }
    }

    private func machineSettings() throws(KafkaRetryError) -> HopMachine.Settings {
        var planners: [String: RelayPlanner] = [:]
        for topic in configuration.topics {
            do throws(InvalidRelaySettings) {
                let settings = try RelaySettings(
                    sourceTopic: topic, naming: configuration.naming, group: configuration.group, service: configuration.service,
                    dialect: configuration.dialect, policy: configuration.policies[topic], horizon: configuration.horizon)
                planners[settings.retryTopic.name] = RelayPlanner(settings, partitionCounts: topics.partitionCounts)
            } catch {
                throw KafkaRetryError(.configuration, "topic \(topic)", remedy: "correct the setting", cause: error)
            }
        }
        var generator = SystemRandomNumberGenerator()
        var settings = HopMachine.Settings(
            group: configuration.group, owner: owner, delivery: configuration.delivery == .exactlyOnce ? .exactlyOnce : .atLeastOnce,
            planners: planners, seed: generator.next())
        settings.retentions = topics.retentions
        settings.payloadBytes = RelayMemory(configuration.memory).payloadBytes
        return settings
    }

    private var clientLog: @Sendable (RDKafkaLogLine) -> Void {
        { [log] line in
            log.log(
                line.level <= 3 ? .warning : line.level <= 5 ? .notice : .debug, "librdkafka",
                ["facility": .string(line.facility), .reason: .string(line.message)])
        }
    }
}
