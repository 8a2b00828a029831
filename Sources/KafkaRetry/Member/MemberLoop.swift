import RDKafka
import RetryCore

/// A member's own thread: it drains the consumer, tells the machine, and has done what the machine wants.
actor MemberLoop {
    private let executor = BlockingExecutor("retry-member")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What it works with. Its mailboxes lead to the other threads and back.
    struct Lines: Sendable {
        let inputs = Mailbox<MemberInput>()
        /// One for each of the two producers. Where there are no transactions, the first alone is in use.
        let steps = [Mailbox<CommitStep>(), Mailbox<CommitStep>()]
        let restores = Mailbox<ProgressReader.Request>()
        let reads = Mailbox<RecordReader.Request>()
        let member = CurrentMember()
        let stop = StopFlag()

        func close() {
            stop.set()
            for steps in steps { steps.close() }
            restores.close()
            reads.close()
        }
    }

    /// librdkafka's consumer leaves its group if it is not drained, paused or not; and a clock that was set is noticed.
    private static let longestWait: Duration = .seconds(1)
    /// Without a group's heartbeats nothing else may have librdkafka look at what to fetch for a second.
    private static let longestWaitAlone: Duration = .milliseconds(20)
    /// What is handed to the machine at a time: so little that an answer of the commit's thread never waits for long (2 ms).
    private static let drainSize = 1_000
    /// While far more is due than fits into a batch, fetching more gains nothing.
    private static let congestedDrainSize = 200
    /// How often the targets' numbers of partitions and the retry topics' retentions are looked at.
    static let lookInterval: Duration = .seconds(60)
    /// How soon after a target could not be written to.
    private static let hastyLookInterval: Duration = .seconds(2)
    /// How long a stop waits for what is in flight.
    static let stopTime: Duration = .seconds(10)
    /// How often it is looked at how far behind the sources' ends reading is.
    private static let lagInterval: Duration = .seconds(1)
    /// A twin that fences this process every time it joins does so no more often.
    static let mostFencedInRow = 4

    let lines: Lines
    let log: RetryLogger
    let groupName: String
    let retryTopics: [String]
    private let events: MemberEvents
    private let handlers: HandlerPool?
    private let stopTime: Duration
    private let clock: any RetryClock
    let assignment: [TopicPartition]?
    private let topics: [String]
    let targets: [String]
    private let payloadBytes: Int
    var machine: HopMachine
    /// The generation when each producer's latest batch was closed: fetched later it would let offsets of partitions through that have left.
    /// There is none while the membership is lost, which is told soon.
    private var generations: [Int: RDKafkaGroupMetadata] = [:]
    /// The steps of the producers that are in use.
    private let steps: [Mailbox<CommitStep>]
    /// How many of them are being made anew.
    private var recovering = 0
    private var places: [[TopicPartition]] = []
    var nextLook = ContinuousClock.now + MemberLoop.lookInterval
    /// What was fetched from one partition and is not handed over yet; empty between two drains.
    private var fetched: [KafkaRecord] = []
    /// Calls of handlers that are to start together; empty between two rounds.
    private var starting: [HandlerCall] = []
    private var isReady = false
    /// Whether partitions were given since the last loss: only then is a fenced membership surely a twin's doing.
    var isMember = false
    /// The consumer is of no more use and is made anew once all partitions have left.
    var isFenced = false
    var fencedInRow = 0
    var subscription: SubscriptionWatch
    private var catchUp = CatchUpWatch()
    /// It leaves the group, to join it again once all partitions have left.
    var isLeaving = false
    var stopDeadline: ContinuousClock.Instant?
    var failure: KafkaRetryError?
    /// What there is to tell, and what has been told.
    var standing = MemberReport()
    private var told: MemberReport?
    /// The topics whose records are handled here at first, and where reading them stands.
    private let sources: Set<String>
    private var positions: [TopicPartition: Int64] = [:]
    private var nextLag = ContinuousClock.now

    init(
        _ settings: HopMachine.Settings, lines: Lines, stopTime: Duration, clock: any RetryClock,
        assignment: [TopicPartition]?, handlers: HandlerPool?, log: RetryLogger, events: MemberEvents
    ) {
        machine = HopMachine(settings)
        groupName = settings.group
        payloadBytes = settings.payloadBytes
        topics = settings.topics
        retryTopics = settings.retryTopics
        targets = settings.targets
        subscription = SubscriptionWatch(settings.topics)
        sources = Set(settings.handlers.map(\.planner.settings.sourceTopic.name))
        self.lines = lines
        steps = settings.delivery == .exactlyOnce ? lines.steps : [lines.steps[0]]
        self.stopTime = stopTime
        self.clock = clock
        self.assignment = assignment
        self.handlers = handlers
        self.log = log
        self.events = events
    }

    /// Joins the group and works until told to stop, or until it cannot go on. Closes the lines at its end.
    func run(_ makeConsumer: @Sendable () throws(KafkaRetryError) -> GroupConsumer, announce: @Sendable () -> Void)
        throws(KafkaRetryError) -> MemberReport
    {
        defer { lines.close() }
        var consumer = try makeConsumer()
        lines.member.set(consumer.requests)
        announce()
        try recoverFirst(consumer)
        try join(consumer)
        // Only from here on is there a membership that could end.
        _ = consumer.standstill.pass()
        while failure == nil, !isStopped {
            holdCallsAfterStandstill(consumer)
            let count = drain(consumer)
            for place in consumer.goOnSeeking(log) { machine.sought(place) }
            act(consumer)
            report(consumer)
            lookAtTopics()
            if isLeaving, machine.places.isEmpty {
                isLeaving = false
                try join(consumer)
            }
            if assignment != nil { consumer.wakeFetcher() }
            if isFenced, machine.places.isEmpty {
                consumer.close()
                consumer = try makeConsumer()
                lines.member.set(consumer.requests)
                (isFenced, isLeaving, places) = (false, false, [])
                try join(consumer)
            }
            let wait = count < Self.drainSize ? min(wait, consumer.longestWait) : .zero
            for input in lines.inputs.take(timeout: wait) ?? [] { handle(input, consumer) }
            takeHandled()
        }
        report(consumer)
        lines.stop.set()
        consumer.close()
        if let failure { throw failure }
        return standing
    }

    private func join(_ consumer: GroupConsumer) throws(KafkaRetryError) {
        if let assignment {
            log.info("takes its partitions without the group", [.partitions: .list(assignment.map(\.description))])
            return machine.assigned(assignment, incrementally: false)
        }
        do throws(RDKafkaError) { try consumer.subscribe(topics) } catch {
            throw KafkaRetryError(.client, "the group cannot be joined", remedy: "see the cause", cause: error)
        }
    }

    /// The producers are made before the group is joined: they end what an earlier process of this name left open.
    private func recoverFirst(_ consumer: GroupConsumer) throws(KafkaRetryError) {
        recoverProducers()
        var isRecovered = false
        while failure == nil, !isRecovered, stopDeadline == nil {
            // All that was taken is heeded: a stop may have come together with the answer.
            for input in lines.inputs.take(timeout: nil) ?? [] {
                switch input {
                case .recovered:
                    recovering -= 1
                    isRecovered = recovering == 0
                case .stop:
                    lines.stop.set()
                    machine.stop()
                    stopDeadline = .now
                default: handle(input, consumer)
                }
            }
        }
        if let failure { throw failure }
    }

    private func recoverProducers() {
        recovering = steps.count
        for steps in steps { steps.post(.recover) }
    }

    // MARK: - Time

    private var now: Timestamp { clock.now }

    private var wait: Duration {
        let now = now
        let wake = machine.nextWake(now: now)
        guard wake > now else { return .zero }
        let usual = assignment == nil ? Self.longestWait : Self.longestWaitAlone
        let longest = stopDeadline.map { min(usual, $0 - .now) } ?? usual
        // Nothing comes nearer by waiting for it; whoever moves the clock rings.
        guard clock.isRunning else { return longest }
        let (milliseconds, overflow) = wake.milliseconds.subtractingReportingOverflow(now.milliseconds)
        return overflow ? longest : min(longest, .milliseconds(milliseconds))
    }

    private var isStopped: Bool {
        guard let stopDeadline else { return false }
        return machine.isSettled || ContinuousClock.now >= stopDeadline
    }

    // MARK: - In

    private var isCongested: Bool { machine.residentBytes > payloadBytes / 2 && machine.nextDue.map { $0 <= now } ?? false }

    private func drain(_ consumer: GroupConsumer) -> Int {
        let now = now
        let max = isCongested ? Self.congestedDrainSize : Self.drainSize
        var place: TopicPartition?
        let count = consumer.drain(max: max) { event in
            handle(event, of: consumer)
        } message: { message in
            guard !message.isEvent else { return handle(message.error, of: message.topic, message.partition) }
            let from = self.place(of: message)
            if from != place {
                handOver(place, now: now)
                place = from
            }
            fetched.append(KafkaRecord(message, from: from))
        }
        handOver(place, now: now)
        return isCongested ? 0 : count
    }

    private func handOver(_ place: TopicPartition?, now: Timestamp) {
        if let place {
            standing.consumed += fetched.count
            if let last = fetched.last, sources.contains(place.topic) { positions[place] = last.offset + 1 }
            machine.fetched(place, fetched, now: now)
        }
        fetched.removeAll(keepingCapacity: true)
    }

    private func place(of message: borrowing RDKafkaMessage) -> TopicPartition {
        let (topic, partition) = (message.topicIndex, Int(message.partition))
        while places.count <= topic { places.append([]) }
        while places[topic].count <= partition { places[topic].append(TopicPartition(message.topic, Int32(places[topic].count))) }
        return places[topic][partition]
    }

    private func handle(_ input: MemberInput, _ consumer: GroupConsumer) {
        let now = now
        switch input {
        case .produced(let report, let batch): machine.produced(report, of: batch, now: now)
        case .offsetsSent(let failure): machine.offsetsSent(failure, now: now)
        case .committed(let failure): machine.committed(failure)
        case .aborted(let failure): machine.aborted(failure, now: now)
        case .recovered:
            recovering -= 1
            if recovering == 0 { machine.recovered() }
        case .restored(let place, let epoch, let point): machine.restored(place, epoch: epoch, point: point)
        case .reread(let place, let epoch, let records, let missing):
            machine.reread(place, epoch: epoch, records: records, missing: missing, now: now)
        case .partitionCounts(let counts): machine.takePartitionCounts(counts)
        case .retentions(let retentions): machine.takeRetentions(retentions)
        case .readers(let readers): leaveIfMisread(readers, consumer)
        case .stop:
            guard stopDeadline == nil else { return }
            machine.stop()
            stopDeadline = .now + stopTime
        case .failed(let error): failure = failure ?? error
        }
    }

    /// Who was frozen for long must not handle what others own by now, and does not know yet whether they do.
    private func holdCallsAfterStandstill(_ consumer: GroupConsumer) {
        guard assignment == nil, let time = consumer.standstill.pass() else { return }
        log.warning(
            "the process stood still, and its membership may have ended meanwhile",
            [.milliseconds: LogValue(Int64(time / .milliseconds(1)))])
        machine.holdCalls(until: now.advanced(by: consumer.standstill.pause))
    }

    private func takeHandled() {
        guard let handlers else { return }
        let now = now
        let news = handlers.takeNews()
        for call in news.began { machine.began(call.id, at: min(call.at, now)) }
        machine.handled(news.handled, now: now)
        for call in news.withdrawn { machine.withdrawn(call) }
    }

    // MARK: - Out

    private func act(_ consumer: GroupConsumer) {
        while let action = machine.nextAction(now: now) {
            do throws(RDKafkaError) { try act(action, consumer) } catch {
                // A fenced consumer takes no answers, and is not used again.
                guard !isFenced else { continue }
                log.error("the consumer refuses", [.error: LogValue(error)])
                failure = failure ?? KafkaRetryError(.client, "the consumer refuses an assignment", remedy: "start again", cause: error)
            }
        }
        startCalls()
    }

    private func startCalls() {
        handlers?.start(starting)
        starting.removeAll(keepingCapacity: true)
    }

    private func act(_ action: HopAction, _ consumer: GroupConsumer) throws(RDKafkaError) {
        switch action {
        case .restore(let place, let epoch): lines.restores.post(.progress(place, epoch))
        case .assign(let offsets):
            try consumer.assign(offsets)
            standing.isMember = true
            subscription.joined()
            guard !isReady else { return }
            isReady = true
            events.ready()
        case .unassign(let places):
            for place in places { (positions[place], _) = (nil, standing.paused.remove(place)) }
            try consumer.unassign(places)
        case .seek(let place, let offset):
            consumer.seek(place, to: offset)
            for place in consumer.goOnSeeking(log) { machine.sought(place) }
        case .read(let place, let epoch, let offsets): lines.reads.post(.init(place: place, epoch: epoch, offsets: offsets))
        case .produce(let batch):
            generations[batch.producer] = try? consumer.groupMetadata()
            steps(of: batch.producer).post(.produce(batch))
        case .sendOffsets(let commits, let batch):
            if let group = generations[batch.producer] {
                steps(of: batch.producer).post(.sendOffsets(commits, group))
            } else {
                let failure = TransactionFailure(.abortable, cause: .outdatedGeneration, reason: "not a member of the group")
                lines.inputs.post(.offsetsSent(failure))
            }
        case .commit(let producer): steps(of: producer).post(.commit)
        case .abort(let producer): steps(of: producer).post(.abort)
        case .recover: recoverProducers()
        case .handle(let call): starting.append(call)
        case .cancel(let call):
            startCalls()
            handlers?.cancel(call)
        case .withdraw(let calls):
            startCalls()
            handlers?.withdraw(calls)
        case .pause(let place):
            try consumer.pause(place)
            standing.paused.insert(place)
        case .resume(let place):
            try consumer.resume(place)
            standing.paused.remove(place)
        }
    }

    private func steps(of producer: Int) -> Mailbox<CommitStep> { steps[producer % steps.count] }

    private func report(_ consumer: GroupConsumer) {
        for notice in machine.takeNotices() {
            notice.log(to: log)
            events.notice(notice)
            if case .unavailable = notice { nextLook = min(nextLook, .now + Self.hastyLookInterval) }
            if case .newerProgress(let place, let version) = notice {
                failure = KafkaRetryError(
                    .newerProgress, "the progress in \(place) was written by a newer version (\(version))",
                    remedy: "run that version; going on would repeat what it has done")
            }
        }
        catchUp.look(machine.catchUp)?.log(to: log)
        (standing.account, standing.waiting, standing.held) = (machine.account, machine.waiting, machine.held)
        standing.handled = machine.takeHandled()
        standing.nextDue = machine.nextRetryDue
        measureLag(consumer)
        // Calls of handlers are counted elsewhere.
        guard standing != told || handlers != nil else { return }
        told = standing
        events.report(standing)
    }

    /// As the consumer knows it from its latest fetches.
    private func measureLag(_ consumer: GroupConsumer) {
        guard !positions.isEmpty, ContinuousClock.now >= nextLag else { return }
        nextLag = .now + Self.lagInterval
        standing.lag = positions.reduce(0) { lag, position in
            let end = consumer.requests.cachedWatermarkOffsets(RDKafkaPartition(position.key))?.high ?? position.value
            return lag + max(0, end - position.value)
        }
    }
}
