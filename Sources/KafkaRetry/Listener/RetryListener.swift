import RDKafka
import RetryCore
import Synchronization

/// Handles Kafka topics in this process: first handling, back-off, retries, dead letters, order, back-pressure and a clean stop.
///
/// A record whose handler fails goes to the topic's retry topic, waits there until it is due, and is handled again; when its retries are used
/// up, or none can help, it goes to the dead letter topic. With exactly-once delivery each of these moves, and all that a handler hands
/// back to be written, is one Kafka transaction with the progress that it makes. What a handler does elsewhere may be repeated after a crash.
///
///     let listener = try RetryListener(
///         ListenerConfiguration(bootstrapServers: ["localhost:9092"], group: "evaluation", instance: host),
///         topics: [
///             ListenerTopic(.patientEvent, as: PatientEvent.self) { event, context in
///                 try await evaluate(event)
///             }
///         ])
///     let account = try await listener.run()
public final class RetryListener: Sendable {
    private let configuration: ListenerConfiguration
    private let topics: [ListenerTopic]
    private let log: RetryLogger
    private let member: Member
    private let pool: HandlerPool
    private let board: ListenerBoard
    private let hasRun = Atomic(false)
    private let isStopping = Atomic(false)
    private let stops: AsyncStream<Never>
    private let signalStop: AsyncStream<Never>.Continuation

    /// A listener for `topics`. It does nothing until ``run()``.
    ///
    /// - Throws: the first setting that cannot be meant.
    public init(
        _ configuration: ListenerConfiguration, topics: [ListenerTopic], log: RetryLogger = .silent
    ) throws(ConfigurationError) {
        try configuration.check(topics)
        let log = log.with([
            .group: .string(configuration.group), .instance: .string(configuration.instance), .listener: .string(configuration.listener),
        ])
        let member = Member()
        self.configuration = configuration
        self.topics = topics
        self.log = log
        self.member = member
        let handlers = topics.map { ($0.topic, TopicHandler($0, configuration, log: log)) }
        let clock = configuration.environment.clock
        pool = HandlerPool(
            Dictionary(handlers) { first, _ in first }, clock: clock,
            standstill: StandstillWatch(MemberClients.membership(configuration.properties)), wakeUp: { member.lines.inputs.ring() })
        board = ListenerBoard(pool)
        (stops, signalStop) = AsyncStream.makeStream(of: Never.self)
        clock.whenMoved { [weak inputs = member.lines.inputs] in inputs?.ring() }
    }

    /// Prepares the topics, joins the group and handles records, once, until ``stop()`` or until the task is cancelled.
    ///
    /// Either of these starts no more handlers, lets those that run end, commits what they come to and leaves. Handlers that still run when
    /// the configuration's stop time is over are cancelled: what they come to is dropped, and their records are handled again by whoever
    /// has the partition next. When this returns nothing of the listener runs any more; so a handler that ignores cancellation holds up the
    /// return, though neither the group nor the records' progress, and the log names it.
    ///
    /// - Returns: what it did.
    /// - Throws: `brokerUnreachable` if no broker answers in time, `missingTopic`, `notAuthorised`; `configuration` for topics that would lose
    ///   what waits, or another listener of this name in the process; `twin`, `newerProgress`, and `client` if there is no way on.
    @discardableResult
    public func run() async throws(KafkaRetryError) -> ListenerAccount {
        guard hasRun.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
            throw KafkaRetryError(.client, "this listener has run already", remedy: "make another one")
        }
        defer { board.end() }
        let name = configuration.name
        guard ListenerNames.take(name) else {
            throw KafkaRetryError(
                .configuration, "another listener of this process is \(name)", remedy: "give each a name of its own: 'listener'")
        }
        defer { ListenerNames.release(name) }
        let result = await withTaskCancellationHandler {
            await prepareAndHandle()
        } onCancel: {
            stop()
        }
        configuration.environment.observer?.ended(name, result)
        return try result.get()
    }

    /// ``run()``, which the first of these signals ends too, as ``stop()`` does. A second SIGINT, if that is among them, ends the process at
    /// once with status 130. Several listeners of a process may run like this: a signal ends them all.
    ///
    ///     print(try await listener.run(stoppingOn: [.sigterm, .sigint]))
    ///
    /// The signals are taken while this runs, and then do again what they did before. Where a framework handles signals, use ``run()``.
    ///
    /// - Returns: what it did.
    /// - Throws: what ``run()`` throws.
    @discardableResult
    public func run(stoppingOn signals: [StopSignal]) async throws(KafkaRetryError) -> ListenerAccount {
        let arrivals = StopSignals(signals)
        defer { arrivals.end() }
        return try await withTaskGroup { group -> Result<ListenerAccount, KafkaRetryError> in
            group.addTask { [self] in
                guard let signal = await arrivals.requested() else { return }
                log.info("stopping", [.signal: .string(signal.rawValue)])
                stop()
            }
            defer { group.cancelAll() }
            do throws(KafkaRetryError) { return .success(try await run()) } catch { return .failure(error) }
        }.get()
    }

    /// Ends ``run()``: what has begun is finished first. Does not block; again does nothing.
    public func stop() {
        isStopping.store(true, ordering: .releasing)
        signalStop.finish()
        member.stop()
    }

    /// What it is doing now. Cheap: for every scrape of a metrics endpoint.
    public var state: ListenerState { board.state }

    /// Its state now, then whenever it has changed: once a second at most, what needs a person's eye at once. Ends with the listener.
    public var states: some AsyncSequence<ListenerState, Never> & Sendable { board.watch() }

    private func prepareAndHandle() async -> Result<ListenerAccount, KafkaRetryError> {
        let prepared = await prepare()
        // Whoever stops it before it began gets an account of nothing.
        guard !isStopping.load(ordering: .acquiring), let prepared else { return .success(.none) }
        let (settings, found): (HopMachine.Settings, RelayTopics)
        do throws(KafkaRetryError) {
            found = try prepared.get()
            settings = try machineSettings(found)
        } catch {
            return .failure(error)
        }
        let environment = configuration.environment
        let report = await member.run(
            configuration.relay(topics), settings, stopTime: configuration.stopTime, clock: environment.clock,
            assignment: environment.assignsAll ? settings.places(found.partitionCounts) : nil, handlers: pool, log: log, events: events)
        return report.map { ListenerAccount($0) }
    }

    private var events: MemberEvents {
        var events = board.events
        guard let observer = configuration.environment.observer else { return events }
        events.report = { [show = events.report] report in
            show(report)
            observer.committed(handled: report.handled)
        }
        return events
    }

    /// `nil` if it was stopped meanwhile.
    private func prepare() async -> Result<RelayTopics, KafkaRetryError>? {
        if let prepareTopics = configuration.environment.prepareTopics {
            let request = TopicRequest(
                topics: topics.map { ($0.topic, configuration.naming(of: $0)) }, listener: configuration.name,
                createsTopics: configuration.createsTopics, delivery: configuration.delivery)
            do throws(KafkaRetryError) { return .success(try await prepareTopics(request)) } catch { return .failure(error) }
        }
        let naming = Dictionary(grouping: topics) { configuration.naming(of: $0) }.mapValues { $0.map(\.topic) }
        return await withTaskGroup(of: Result<RelayTopics, KafkaRetryError>?.self) { [configuration, topics, log, stops] group in
            group.addTask {
                do throws(KafkaRetryError) {
                    return .success(try await RelayTopics.prepare(configuration.relay(topics), naming: naming, log: log))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                for await _ in stops {}
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func machineSettings(_ found: RelayTopics) throws(KafkaRetryError) -> HopMachine.Settings {
        var generator = SystemRandomNumberGenerator()
        var settings = HopMachine.Settings(
            group: configuration.group, owner: configuration.owner,
            delivery: configuration.delivery == .exactlyOnce ? .exactlyOnce : .atLeastOnce, planners: [:], seed: generator.next())
        for topic in topics {
            do throws(InvalidHopSettings) {
                let relay = try HopSettings(
                    sourceTopic: topic.topic, naming: configuration.naming(of: topic), group: configuration.group,
                    service: configuration.service, dialect: configuration.dialect,
                    policy: topic.settings.policy ?? configuration.policy, horizon: configuration.horizon)
                settings.handlers.append(topic.handling(HopPlanner(relay, partitionCounts: found.partitionCounts)))
            } catch {
                throw KafkaRetryError(.configuration, "topic \(topic.topic)", remedy: "correct the setting", cause: error)
            }
        }
        settings.retentions = found.retentions
        settings.payloadBytes = MemberMemory(configuration.memory).payloadBytes
        settings.revocationGrace = configuration.revocationGrace
        settings.tellsHandled = configuration.environment.observer != nil
        if !configuration.environment.clock.isRunning {
            (settings.saveInterval, settings.failurePause, settings.batchSpacing) = (.zero, .zero, .zero)
        }
        return settings
    }
}

extension ListenerTopic {
    fileprivate func handling(_ planner: HopPlanner) -> HandlerSettings {
        var handling = HandlerSettings(planner)
        handling.order = settings.order
        handling.concurrency = settings.concurrency
        handling.retryConcurrency = settings.retryConcurrency
        handling.batchSize = batchSize
        handling.deadline = settings.deadline
        handling.breaker = settings.breaker
        return handling
    }
}

/// The listeners that run in this process: two of one name would end each other's transactions.
private enum ListenerNames {
    private static let names = Mutex<Set<ListenerName>>([])

    static func take(_ name: ListenerName) -> Bool { names.withLock { $0.insert(name).inserted } }

    static func release(_ name: ListenerName) { _ = names.withLock { $0.remove(name) } }
}
