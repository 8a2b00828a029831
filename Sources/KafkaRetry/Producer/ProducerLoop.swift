import RDKafka
import RetryCore

/// A producer's thread: it feeds a ``ProducerMachine`` with what is sent and reported, and does what that says.
actor ProducerLoop {
    let executor = BlockingExecutor("retry-producer")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What the loop shares with those who run beside it.
    struct Links: Sendable {
        let inputs: Mailbox<ProducerInput>
        let gate: MemoryGate
        let topics: Mailbox<(String, RDKafkaProducer)>
        let recoveries: AsyncStream<[RecoveryItem]>.Continuation
        let spoolJobs: AsyncStream<SpoolJob>.Continuation?
        let spoolRemovals: AsyncStream<SpoolJob>.Continuation
        let board: ProducerBoard
    }

    let configuration: ProducerConfiguration
    let links: Links
    let log: RetryLogger
    let clock = ContinuousClock()
    let start = ContinuousClock.now
    var machine: ProducerMachine
    var producer: RDKafkaProducer
    var pending: [PendingSend?] = []
    var latestTopic: (name: String, number: Int)?
    /// By topic number.
    var handles: [RDKafkaTopic?] = []
    var counts: [Int32?] = []
    var isCounting: Set<Int> = []
    var countedAt: Int64 = 0
    var account = ProducerAccount()
    /// Messages on their way into the spool, before they are sent.
    var storing = 0
    var isFinishing = false
    var hasGivenUp = false
    var instanceIsLost = false
    /// Another instance is made once this one has reported all that it had.
    var isRenewing = false
    /// Not before then, since making it has failed.
    var renewsAt: Int64 = 0
    var replay: SpoolReplay
    var removals: [Int64] = []

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
    func run() -> ProducerAccount {
        while !isDone {
            let now = now
            let moment = isRenewing ? now + 10 : machine.nextMoment(now: now)
            let wait: Duration? = moment == .max ? nil : .milliseconds(max(0, moment - now))
            guard let inputs = links.inputs.take(timeout: wait) else { break }
            for input in inputs { take(input) }
            collectReports()
            if isRenewing, machine.handed == 0, now >= renewsAt { renewInstance() }
            work()
            readSpool()
            flushRemovals()
            recountInTime()
            links.board.update(account)
        }
        flushRemovals()
        links.board.update(account)
        links.topics.close()
        links.recoveries.finish()
        links.spoolJobs?.finish()
        links.spoolRemovals.finish()
        return account
    }

    var isDone: Bool {
        // Whoever was let in is about to submit.
        guard isFinishing, machine.count == 0, storing == 0, links.gate.used == 0 else { return false }
        return hasGivenUp || !(replay.mayHaveMore && links.spoolJobs != nil)
    }

    // MARK: What comes

    func take(_ input: ProducerInput) {
        switch input {
        case .submitted(let records, let submission):
            let now = now
            let (sum, overflow) = now.addingReportingOverflow(submission.deadline.roundedUpMilliseconds)
            for index in records.indices { accept(records[index], submission, index, now: now, deadline: overflow ? .max : sum) }
        case .storing(let count): storing += count
        case .stored(let records, let submission, let result): stored(records, submission, result)
        case .replayed(let messages): replayed(messages)
        case .recovered(let answers): recovered(answers)
        case .counted(let topic, let result): counted(topic, result)
        case .refused(let error):
            for topic in counts.indices where counts[topic] == nil { machineIsMissing(topic, error) }
        case .finish: isFinishing = true
        case .giveUp:
            isFinishing = true
            hasGivenUp = true
            machine.close(now: now)
            try? producer.purge(inFlight: true)
        }
    }

    func accept(_ record: ProducerRecord, _ submission: SendSubmission, _ index: Int, now: Int64, deadline: Int64) {
        if submission.origin == .caller { account.read += 1 }
        let send = PendingSend(
            record: record, reply: submission.reply[index], accepted: submission.accepted,
            bytes: submission.origin == .caller ? record.byteCount : 0)
        accept(send, submission.origin, now: now, deadline: deadline)
    }

    func accept(_ send: PendingSend, _ origin: SendRequest.Origin, now: Int64, deadline: Int64, isBacklog: Bool = false) {
        let topic = topicNumber(send.record.topic.name)
        let request = SendRequest(
            topic: topic, place: place(of: send.record, topic), origin: origin, deadline: deadline, bytes: send.record.byteCount,
            isBacklog: isBacklog)
        let slot = machine.accept(request, now: now).index
        while pending.count <= slot { pending.append(nil) }
        pending[slot] = send
    }
}
