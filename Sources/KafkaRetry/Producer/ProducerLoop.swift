import RDKafka
import RetryCore

/// A producer's thread.
actor ProducerThread {
    private let executor = BlockingExecutor("retry-producer")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs until the producer is closed, and answers what became of all.
    func run(
        _ configuration: ProducerConfiguration, backlog: Int, _ producer: RDKafkaProducer, _ links: ProducerLoop.Links, _ log: RetryLogger
    ) -> ProducerAccount {
        var loop = ProducerLoop(configuration, backlog: backlog, producer, links, log)
        return loop.run()
    }
}

/// What a producer's thread does: it feeds a ``ProducerMachine`` with what is sent and reported, and does what that says. A value, since each
/// access to an object's properties would be checked while the process runs, which took an eighth of its time.
struct ProducerLoop: ~Copyable {
    /// What the loop shares with those who run beside it.
    struct Links: Sendable {
        let inputs: Mailbox<ProducerInput>
        let gate: MemoryGate
        let topics: Mailbox<(String, RDKafkaProducer)>
        let recoveries: RecoveryInboxes
        let spoolJobs: AsyncStream<SpoolJob>.Continuation?
        let spoolRemovals: AsyncStream<SpoolJob>.Continuation
        let appends: SpoolAppends?
        let board: ProducerBoard
    }

    /// So many messages of a submission are accepted, and so many reports told, before what follows from that is done: while they are in the
    /// processor's cache.
    static let handful = 2_048

    let configuration: ProducerConfiguration
    let links: Links
    let log: RetryLogger
    let clock = ContinuousClock()
    let start = ContinuousClock.now
    var machine: ProducerMachine
    var producer: RDKafkaProducer
    /// By slot.
    var pending: [PendingSend] = []
    var submissions = SubmissionTable()
    /// What is handed over together; empty between two turns.
    var batch = RDKafkaRecordBatch()
    /// By slot, of the pending ones that have failed before.
    var troubles: [Int: SendTrouble] = [:]
    var latestTopic: (name: String, number: Int)?
    /// By topic number.
    var handles: [RDKafkaTopic?] = []
    var counts: [Int32?] = []
    var isCounting: Set<Int> = []
    var countedAt: Int64 = 0
    var account = ProducerAccount()
    /// Messages on their way into the spool, before they are sent; in order.
    var storing: [(records: [ProducerRecord], submission: SendSubmission)] = []
    var isFinishing = false
    var hasGivenUp = false
    /// When its closing began, and when it has to end.
    var finishingSince: Int64 = 0
    var limit = Int64.max
    /// Since when no broker answers, if it is so, and whether that was told.
    var awaySince: Int64?
    var isAwayTold = false
    /// What librdkafka said when the last connection was lost; `nil` once a broker has answered.
    var unreachable: RDKafkaError?
    /// When a message arrived last.
    var arrivedAt: Int64 = 0
    var instanceIsLost = false
    /// Another instance is made once this one has reported all that it had.
    var isRenewing = false
    /// Not before then, since making it has failed.
    var renewsAt: Int64 = 0
    var replay: SpoolReplay
    var removals: [Int64] = []
    /// Those that stay there and may be written.
    var doubts: [Int64] = []

    init(_ configuration: ProducerConfiguration, backlog: Int, _ producer: RDKafkaProducer, _ links: Links, _ log: RetryLogger) {
        self.configuration = configuration
        self.links = links
        self.log = log
        self.producer = producer
        machine = ProducerMachine(configuration.machine, backlog: backlog)
        replay = SpoolReplay(backlog: backlog)
    }

    var now: Int64 { start.duration(to: clock.now).roundedUpMilliseconds }

    /// Runs until it is finished, and answers what became of all.
    mutating func run() -> ProducerAccount {
        // Nobody need send anything for what waits there.
        readSpool()
        while !isDone {
            let now = now
            let moment = min(
                isRenewing ? now + 10 : machine.nextMoment(now: now), closingMoment(now: now), nextRead(now: now), awayMoment(now: now))
            let wait: Duration? = moment == .max ? nil : .milliseconds(max(0, moment - now))
            guard let inputs = links.inputs.take(timeout: wait) else { break }
            for input in inputs { take(input) }
            collectReports()
            if isRenewing, machine.handed == 0, now >= renewsAt { renewInstance() }
            work()
            readSpool()
            flushRemovals()
            recountInTime()
            heedAway()
            giveUpInTime()
            links.board.update(account)
        }
        abandonRest()
        flushRemovals()
        links.board.update(account)
        links.topics.close()
        links.recoveries.finish()
        links.spoolJobs?.finish()
        links.spoolRemovals.finish()
        return account
    }

    // MARK: What comes

    mutating func take(_ input: ProducerInput) {
        switch input {
        case .submitted(let records, let submission):
            submitted(records, submission)
        case .storing(let records, let submission): storing.append((records, submission))
        case .stored(let records, let submission, let result): stored(records, submission, result)
        case .replayed(let messages): replayed(messages)
        case .unread: replay.failed(now: now)
        case .recovered(let answers): recovered(answers)
        case .counted(let topic, let result): counted(topic, result)
        case .refused(let error):
            for topic in counts.indices where counts[topic] == nil { machineIsMissing(topic, error) }
        case .unreachable(let error): noteAway(error)
        case .finish(let limit): finish(by: limit)
        case .giveUp:
            isFinishing = true
            giveUp()
        }
    }

    private mutating func submitted(_ records: [ProducerRecord], _ submission: SendSubmission) {
        let now = now
        let (sum, overflow) = now.addingReportingOverflow(submission.deadline.roundedUpMilliseconds)
        let isCallers = submission.origin == .caller
        if isCallers { account.read += records.count }
        guard !records.isEmpty else { return }
        let number = submissions.add(
            PendingSubmission(records, reply: submission.reply, accepted: submission.accepted, isGated: isCallers))
        var moment = now
        for index in records.indices {
            accept(index, of: number, submission.origin, now: moment, deadline: overflow ? .max : sum)
            guard index % Self.handful == Self.handful - 1, !hasGivenUp else { continue }
            work()
            moment = self.now
        }
    }

    /// Takes a message of a submission in charge, and answers its slot.
    @discardableResult mutating func accept(
        _ index: Int, of submission: Int32, _ origin: SendRequest.Origin, now: Int64, deadline: Int64, isBacklog: Bool = false,
        mayBeWritten: Bool = false
    ) -> Int {
        let bytes = submissions[submission].records[index].byteCount
        let send = PendingSend(submission: submission, index: index, bytes: submissions[submission].isGated ? bytes : 0)
        let topic = topicNumber(of: send)
        let request = SendRequest(
            topic: topic, place: place(of: send, topic), origin: origin, deadline: deadline, bytes: bytes, isBacklog: isBacklog,
            mayBeWritten: mayBeWritten)
        let slot = machine.accept(request, now: now).index
        while pending.count <= slot { pending.append(.free) }
        pending[slot] = send
        return slot
    }
}
