import RDKafka
import RetryCore

/// One member of a group: its threads and what leads from one to the other. A relay is one, and so is a listener.
struct Member: Sendable {
    let lines = MemberLoop.Lines()

    /// Ends ``run(_:_:stopTime:clock:assignment:handlers:log:events:)``: what is in flight is finished first. Does not block; again does nothing.
    func stop() { lines.inputs.post(.stop) }

    /// Joins the group and works until ``stop()``, or until there is no way on. Once.
    ///
    /// - Parameters:
    ///   - stopTime: how long what is in flight may take after ``stop()``.
    ///   - clock: decides what is due.
    ///   - assignment: all that it reads, if it is to do so without joining the group.
    ///   - handlers: runs the calls that the machine asks for; `nil` if it asks for none. All of them have ended when this returns.
    func run(
        _ configuration: RelayConfiguration, _ settings: HopMachine.Settings, stopTime: Duration = MemberLoop.stopTime,
        clock: any RetryClock = SystemClock(), assignment: [TopicPartition]? = nil, handlers: HandlerPool? = nil, log: RetryLogger,
        events: MemberEvents
    ) async -> Result<MemberReport, KafkaRetryError> {
        guard !lines.stop.isSet else {
            return .failure(KafkaRetryError(.client, "it has run already", remedy: "make another one"))
        }
        let clients = MemberClients(configuration, owner: settings.owner)
        let observer = RDKafkaObserver(log: Self.clientLog(log))
        let loop = MemberLoop(
            settings, lines: lines, stopTime: stopTime, clock: clock, assignment: assignment, handlers: handlers, log: log, events: events)
        let (consumers, announce) = AsyncStream<Void>.makeStream()
        return await withTaskGroup(of: Result<MemberReport, KafkaRetryError>?.self) { group in
            group.addTask {
                defer { announce.finish() }
                let outcome: Result<MemberReport, KafkaRetryError>
                do throws(KafkaRetryError) {
                    outcome = .success(
                        try await loop.run(
                            { () throws(KafkaRetryError) in try clients.consumer(observer, wakeUp: { [lines] in lines.inputs.ring() }) },
                            announce: { announce.yield() }))
                } catch {
                    outcome = .failure(error)
                }
                await handlers?.end(log)
                return outcome
            }
            group.addTask {
                for await _ in consumers {
                    await withDiscardingTaskGroup { threads in
                        for (producer, steps) in lines.steps.prefix(clients.committers).enumerated() {
                            threads.addTask {
                                await CommitThread().run(steps, stop: lines.stop, answers: lines.inputs) {
                                    clients.committer(producer, lines.member, topics: settings.targets, stop: lines.stop, observer, log)
                                }
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
            var outcome: Result<MemberReport, KafkaRetryError>?
            for await result in group { outcome = outcome ?? result }
            return outcome ?? .failure(KafkaRetryError(.client, "it ended without a word", remedy: "report it"))
        }
    }

    private static func clientLog(_ log: RetryLogger) -> @Sendable (RDKafkaLogLine) -> Void {
        { line in
            log.log(
                line.level <= 3 ? .warning : line.level <= 5 ? .notice : .debug, "librdkafka",
                ["facility": .string(line.facility), .reason: .string(line.message)])
        }
    }
}

extension HopMachine.Settings {
    /// The topics that a member reads: those that it relays, and those whose records it handles with their retry topics.
    var topics: [String] {
        let handled = handlers.flatMap { [$0.planner.settings.sourceTopic.name, $0.planner.settings.retryTopic.name] }
        return (planners.keys + handled).sorted()
    }

    /// Of these the ones in which records wait.
    var retryTopics: [String] { (planners.keys + handlers.map(\.planner.settings.retryTopic.name)).sorted() }

    /// All partitions that a member alone would read.
    func places(_ counts: PartitionCounts) -> [TopicPartition] {
        topics.flatMap { topic in (0..<(counts[topic] ?? 0)).map { TopicPartition(topic, $0) } }
    }

    /// The topics that a member writes to by itself.
    var targets: [String] {
        let relayed = planners.values.flatMap { [$0.settings.sourceTopic.name, $0.settings.deadLetterTopic.name] }
        let handled = handlers.flatMap { [$0.planner.settings.retryTopic.name, $0.planner.settings.deadLetterTopic.name] }
        return (relayed + handled).sorted()
    }
}
