public import KafkaRetry
import RDKafka
public import RetryCore
import Synchronization

/// A broker inside the test's process, with a clock that stands still: nothing to install but librdkafka, nothing left behind.
///
///     @Test func aPatientThatCannotBeEvaluatedIsADeadLetter() async throws {
///         try await EmbeddedKafka.run(topics: [.patientEvent]) { kafka in
///             var configuration = kafka.configuration(group: "evaluation")
///             configuration.policy = try .listed([.seconds(120), .seconds(600)])
///             try await kafka.listen(configuration, topics: [
///                 ListenerTopic(.patientEvent) { record, _ in try await evaluate(record) }
///             ])
///             try await kafka.send(.patientEvent, key: "17", value: "{}")
///             try await kafka.expect(.patientEvent, key: "17", .deadLettered(.attemptsExhausted, retries: 2))
///         }
///     }
///
/// It is librdkafka's mock cluster: it has groups and offsets, and no transactions, so listeners deliver at least once. What exactly-once
/// delivery adds is to be tested with a real broker.
public final class EmbeddedKafka: Sendable {
    /// Decides what is due.
    public let clock: ManualClock
    let broker: EmbeddedBroker
    let journal: Journal
    let faults = HandlerFaults()
    let namings = Mutex<[KafkaTopic: TopicNaming]>([:])
    private let listeners: ListenerOwner

    init(partitions: Int, clock: ManualClock, listeners: ListenerOwner) throws {
        self.clock = clock
        self.listeners = listeners
        broker = try EmbeddedBroker(partitions: partitions)
        journal = Journal(clock)
    }

    /// Runs `body` with a broker that has these topics, then stops the listeners that `body` started with ``listen(_:topics:log:)``, and
    /// ends the broker: whoever keeps it can only be told so.
    ///
    /// - Parameters:
    ///   - topics: the source topics, and those that handlers write to. Listeners make the retry and dead letter topics of theirs.
    ///   - partitions: how many each topic has.
    ///   - clock: decides what is due; it stands at the machine's time at first.
    /// - Throws: what `body` throws; else why a listener ended before its time.
    public static func run<Answer: Sendable>(
        topics: [KafkaTopic], partitions: Int = 1, clock: ManualClock = ManualClock(),
        _ body: (_ kafka: EmbeddedKafka) async throws -> Answer
    ) async throws -> Answer {
        let listeners = ListenerOwner()
        let kafka = try EmbeddedKafka(partitions: partitions, clock: clock, listeners: listeners)
        let outcome: Result<Answer, any Error>
        do {
            for topic in topics { try await kafka.broker.createTopic(topic) }
            outcome = .success(try await listeners.run { try await body(kafka) })
        } catch {
            outcome = .failure(error)
        }
        await kafka.broker.close()
        return try outcome.get()
    }

    /// Where the broker listens: `127.0.0.1:PORT`.
    public var bootstrapServers: String { broker.bootstrapServers }

    /// A configuration for a ``RetryListener``, the service's own as well: at-least-once delivery, this broker and this clock.
    ///
    /// Change what the service changes, except for the servers and the delivery.
    ///
    /// - Parameters:
    ///   - group: the consumer group.
    ///   - instance: one that no other listener of the process has, unless told otherwise.
    ///   - sharesGroup: whether several listeners are to share the group's partitions. A listener that does not has them all at once;
    ///     joining a group takes this broker three seconds, and each later rebalance more.
    public func configuration(group: String, instance: String? = nil, sharesGroup: Bool = false) -> ListenerConfiguration {
        let instance = instance ?? "embedded-\(Self.instances.add(1, ordering: .relaxed).newValue)"
        var configuration = ListenerConfiguration(bootstrapServers: [bootstrapServers], group: group, instance: instance)
        configuration.delivery = .atLeastOnce
        // The mock broker answers an empty fetch only when its time is over, whatever comes meanwhile.
        configuration.properties = ["fetch.wait.max.ms": "10", "linger.ms": "0"]
        configuration.environment = environment(assignsAll: !sharesGroup)
        return configuration
    }

    /// Starts a listener that runs until ``run(topics:partitions:clock:_:)`` ends, or until it is stopped. Returns once it
    /// handles what comes.
    ///
    /// - Throws: a setting that cannot be meant, or why the listener could not start.
    @discardableResult
    public func listen(
        _ configuration: ListenerConfiguration, topics: [ListenerTopic], log: RetryLogger = .silent
    ) async throws -> RetryListener {
        let listener = try RetryListener(configuration, topics: topics, log: log)
        do { try await listeners.start(listener) } catch {
            journal.forgetFailure(of: configuration.name)
            throw error
        }
        return listener
    }

    private static let instances = Atomic(0)

    private func environment(assignsAll: Bool) -> ListenerEnvironment {
        var environment = ListenerEnvironment(clock: clock)
        environment.assignsAll = assignsAll
        environment.observer = journal
        environment.handlerFault = { [faults] context in faults.error(for: context) }
        environment.prepareTopics = { [self] request throws(KafkaRetryError) in
            namings.withLock { namings in
                for (source, naming) in request.topics { namings[source] = naming }
            }
            let relayTopics = try await broker.prepare(request)
            try journal.starts(request.listener, isAlone: assignsAll)
            return relayTopics
        }
        return environment
    }
}
