import Foundation
import RDKafka
import RetryCore

/// The relay's own thread: it drains the consumer, tells the machine, and has done what the machine wants.
actor RelayLoop {
    private let executor = BlockingExecutor("retry-relay")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What it works with. Its mailboxes lead to the other threads and back.
    struct Lines: Sendable {
        let inputs = Mailbox<RelayInput>()
        let steps = Mailbox<CommitStep>()
        let restores = Mailbox<ProgressReader.Request>()
        let reads = Mailbox<RecordReader.Request>()
        let member = CurrentMember()
        let stop = StopFlag()

        func close() {
            stop.set()
            steps.close()
            restores.close()
            reads.close()
        }
    }

    /// librdkafka's consumer leaves its group if it is not drained, paused or not; and a clock that was set is noticed.
    private static let longestWait: Duration = .seconds(1)
    /// What is handed to the machine at a time: so little that an answer of the commit's thread never waits for long (2 ms).
    private static let drainSize = 1_000
    /// While far more is due than fits into a batch, fetching more gains nothing.
    private static let congestedDrainSize = 200
    /// How often the targets' numbers of partitions are looked at.
    private static let countInterval: Duration = .seconds(60)
    /// How soon after a target could not be written to.
    private static let hastyCountInterval: Duration = .seconds(2)
    /// How long a stop waits for what is in flight.
    private static let stopTime: Duration = .seconds(10)
    /// A twin that fences this process every time it joins does so no more often.
    private static let mostFencedInRow = 4

    private let lines: Lines
    private let log: RetryLogger
    private let onReady: @Sendable () -> Void
    private let onAccount: @Sendable (RelayAccount) -> Void
    private let retryTopics: [String]
    private let targets: [String]
    private let payloadBytes: Int
    private var machine: HopMachine
    private var group: RDKafkaGroupMetadata?
    private var places: [[TopicPartition]] = []
    private var nextCounts = ContinuousClock.now + RelayLoop.countInterval
    /// What was fetched from one partition and is not handed over yet; empty between two drains.
    private var fetched: [KafkaRecord] = []
    private var isReady = false
    /// Whether partitions were given since the last loss: only then is a fenced membership surely a twin's doing.
    private var isMember = false
    /// The consumer is of no more use and is made anew once all partitions have left.
    private var isFenced = false
    private var fencedInRow = 0
    private var stopDeadline: ContinuousClock.Instant?
    private var failure: KafkaRetryError?
    private var toldAccount: RelayAccount?

    init(
        _ settings: HopMachine.Settings, lines: Lines, log: RetryLogger, onReady: @escaping @Sendable () -> Void,
        onAccount: @escaping @Sendable (RelayAccount) -> Void
    ) {
        machine = HopMachine(settings)
        payloadBytes = settings.payloadBytes
        retryTopics = settings.planners.keys.sorted()
        targets = settings.planners.values.flatMap { [$0.settings.sourceTopic.name, $0.settings.deadLetterTopic.name] }
        self.lines = lines
        self.log = log
        self.onReady = onReady
        self.onAccount = onAccount
    }

    /// Joins the group and relays until told to stop, or until it cannot go on. Closes the lines at its end.
    func run(_ makeConsumer: @Sendable () throws(KafkaRetryError) -> RDKafkaConsumer, announce: @Sendable () -> Void)
        throws(KafkaRetryError) -> RelayAccount
    {
        defer { lines.close() }
        var consumer = GroupConsumer(try makeConsumer())
        lines.member.set(consumer.requests)
        announce()
        try recoverFirst()
        try join(consumer)
        while failure == nil, !isStopped {
            let count = drain(consumer)
            for place in consumer.goOnSeeking(log) { machine.sought(place) }
            act(consumer)
            report()
            refreshPartitionCounts()
            if isFenced, machine.places.isEmpty {
                consumer.close()
                consumer = GroupConsumer(try makeConsumer())
                lines.member.set(consumer.requests)
                (isFenced, places) = (false, [])
                try join(consumer)
            }
            let wait = count < Self.drainSize ? min(wait, consumer.longestWait) : .zero
            for input in lines.inputs.take(timeout: wait) ?? [] { handle(input) }
        }
        report()
        lines.stop.set()
        consumer.close()
        if let failure { throw failure }
        return account
    }

    private func join(_ consumer: GroupConsumer) throws(KafkaRetryError) {
        do throws(RDKafkaError) { try consumer.subscribe(retryTopics) } catch {
            throw KafkaRetryError(.client, "the group cannot be joined", remedy: "see the cause", cause: error)
        }
    }

    /// The producers are made before the group is joined: they end what an earlier process of this name left open.
    private func recoverFirst() throws(KafkaRetryError) {
        lines.steps.post(.recover)
        while failure == nil {
            for input in lines.inputs.take(timeout: nil) ?? [] {
                switch input {
                case .recovered: return
                case .stop:
                    lines.stop.set()
                    machine.stop()
                    stopDeadline = .now
                    return
                default: handle(input)
                }
            }
        }
        if let failure { throw failure }
    }

    /// Partitions may be added to the targets at any time; and a target that cannot be written to may have been made anew.
    private func refreshPartitionCounts() {
        guard ContinuousClock.now >= nextCounts else { return }
        nextCounts = .now + Self.countInterval
        lines.restores.post(.partitionCounts(targets))
    }

    // MARK: - Time

    private var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) &* 1_000 &+ Int64(time.tv_nsec) / 1_000_000)
    }

    private var wait: Duration {
        let now = now
        let wake = machine.nextWake(now: now)
        guard wake > now else { return .zero }
        let (milliseconds, overflow) = wake.milliseconds.subtractingReportingOverflow(now.milliseconds)
        return overflow ? Self.longestWait : min(Self.longestWait, .milliseconds(milliseconds))
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
        if let place { machine.fetched(place, fetched, now: now) }
        fetched.removeAll(keepingCapacity: true)
    }

    private func place(of message: borrowing RDKafkaMessage) -> TopicPartition {
        let (topic, partition) = (message.topicIndex, Int(message.partition))
        while places.count <= topic { places.append([]) }
        while places[topic].count <= partition { places[topic].append(TopicPartition(message.topic, Int32(places[topic].count))) }
        return places[topic][partition]
    }

    private func handle(_ event: RDKafkaRebalance, of consumer: GroupConsumer) {
        let places = event.partitions.map(TopicPartition.init)
        switch event {
        case .assign:
            log.info("assigned", [.partitions: .list(places.map(\.description))])
            (isMember, fencedInRow) = (true, 0)
            machine.assigned(places, incrementally: consumer.isCooperative)
        case .revoke:
            log.info("revoked", [.partitions: .list(places.map(\.description))])
            machine.revoked(places)
        case .lost:
            log.warning("lost: the membership has ended", [.partitions: .list(places.map(\.description))])
            isMember = false
            machine.lost(places)
        }
    }

    private func handle(_ error: RDKafkaError?, of topic: String, _ partition: Int32) {
        guard let error else { return }
        switch error.code {
        case .partitionEOF: return
        case .autoOffsetReset, .offsetOutOfRange: machine.outOfRange(TopicPartition(topic, partition))
        case .fencedInstanceId: fenced(error)
        default:
            if let refusal = KafkaRetryError(refusal: error, topic.isEmpty ? "reading" : "reading \(topic)") {
                failure = refusal
            } else if error.isFatal {
                failure = KafkaRetryError(.client, "the consumer cannot go on", remedy: "start again", cause: error)
            } else {
                log.warning("the consumer reports", [.topic: .string(topic), .error: LogValue(error)])
            }
        }
    }

    /// A join request that a frozen broker answers after the one that was sent in its place fences this very process (measured). So
    /// who is fenced before it is a member again joins once more; who is fenced as a member has a twin.
    private func fenced(_ error: RDKafkaError) {
        guard !isFenced else { return }
        fencedInRow += 1
        guard !isMember, fencedInRow < Self.mostFencedInRow else {
            failure = KafkaRetryError(
                .twin, "another process has joined the group under this instance's name", remedy: "give each its own --instance",
                cause: error)
            return
        }
        log.warning("fenced while joining the group; joining again", [.error: LogValue(error)])
        isFenced = true
        machine.lost(machine.places)
    }

    private func handle(_ input: RelayInput) {
        let now = now
        switch input {
        case .produced(let report): machine.produced(report, now: now)
        case .offsetsSent(let failure): machine.offsetsSent(failure, now: now)
        case .committed(let failure): machine.committed(failure)
        case .aborted(let failure): machine.aborted(failure, now: now)
        case .recovered: machine.recovered()
        case .restored(let place, let epoch, let point): machine.restored(place, epoch: epoch, point: point)
        case .reread(let place, let epoch, let records, let missing):
            machine.reread(place, epoch: epoch, records: records, missing: missing, now: now)
        case .partitionCounts(let counts): machine.takePartitionCounts(counts)
        case .stop:
            guard stopDeadline == nil else { return }
            machine.stop()
            stopDeadline = .now + Self.stopTime
        case .failed(let error): failure = failure ?? error
        }
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
    }

    private func act(_ action: HopAction, _ consumer: GroupConsumer) throws(RDKafkaError) {
        switch action {
        case .restore(let place, let epoch): lines.restores.post(.progress(place, epoch))
        case .assign(let offsets):
            try consumer.assign(offsets)
            guard !isReady else { return }
            isReady = true
            onReady()
        case .unassign(let places): try consumer.unassign(places)
        case .seek(let place, let offset):
            consumer.seek(place, to: offset)
            for place in consumer.goOnSeeking(log) { machine.sought(place) }
        case .read(let place, let epoch, let offsets): lines.reads.post(.init(place: place, epoch: epoch, offsets: offsets))
        case .produce(let batch):
            // The generation of now, when the batch is closed: fetched later it would let offsets of partitions through that have left.
            // There is none while the membership is lost, which is told soon.
            group = try? consumer.groupMetadata()
            lines.steps.post(.produce(batch))
        case .sendOffsets(let commits, _):
            if let group {
                lines.steps.post(.sendOffsets(commits, group))
            } else {
                let failure = TransactionFailure(.abortable, cause: .outdatedGeneration, reason: "not a member of the group")
                lines.inputs.post(.offsetsSent(failure))
            }
        case .commit: lines.steps.post(.commit)
        case .abort: lines.steps.post(.abort)
        case .recover: lines.steps.post(.recover)
        }
    }

    private func report() {
        for notice in machine.takeNotices() {
            notice.log(to: log)
            if case .unavailable = notice { nextCounts = min(nextCounts, .now + Self.hastyCountInterval) }
            if case .newerProgress(let place, let version) = notice {
                failure = KafkaRetryError(
                    .newerProgress, "the progress in \(place) was written by a newer version (\(version))",
                    remedy: "run that version; going on would repeat what it has done")
            }
        }
        let account = account
        guard account != toldAccount else { return }
        toldAccount = account
        onAccount(account)
    }

    private var account: RelayAccount {
        RelayAccount(machine.account, waiting: machine.waiting, held: machine.held)
    }
}
