import RDKafka
import RetryCore

/// Sends messages, retries what fails, and hands what cannot be delivered to recovery, so that none is dropped without somebody being told.
///
///     let producer = try await RetryingProducer(ProducerConfiguration(bootstrapServers: ["localhost:9092"]))
///     try await producer.send(ProducerRecord(to: .patientEvent, key: "4711", value: "admitted"))
///     let account = await producer.close(within: .seconds(10))
///
/// Its producer is idempotent and waits for all in-sync replicas. Messages of one key reach their partition in the order in which they were
/// sent, through retries, an open breaker, the spool and new instances of librdkafka's producer; only those that a broker refused together
/// with one that it does not take, too large for example, may arrive behind their successors. A message can be there twice in four cases:
/// ``ProducerConfiguration/onAmbiguous`` is `retry`; librdkafka's producer failed for good and was replaced; it raised its epoch while answers
/// or a partition's leader were lost, all of which ``ProducerAccount/possiblyTwice`` counts; or the process was killed while spooled messages
/// were being sent, which nobody can count.
public final class RetryingProducer: Sendable {
    private let configuration: ProducerConfiguration
    private let links: ProducerLoop.Links
    private let loop: Task<ProducerAccount, Never>
    private let counting: Task<Void, Never>
    private let helpers: [Task<Void, Never>]

    /// A producer that connects in the background: a cluster that is away is no error here.
    ///
    /// - Throws: `configuration` for a setting or property that cannot be meant, and for a spool that cannot be read.
    public init(_ configuration: ProducerConfiguration, log: RetryLogger = .silent) async throws(KafkaRetryError) {
        do throws(ConfigurationError) { try configuration.check() } catch {
            throw KafkaRetryError(.configuration, "the producer cannot be made", remedy: "correct the setting", cause: error)
        }
        var backlog = 0
        if let spool = configuration.spool {
            do throws(SpoolError) { backlog = try await spool.contents().messages } catch {
                throw KafkaRetryError(.configuration, "the spool cannot be used", remedy: "see its file", cause: error)
            }
        }
        let inputs = Mailbox<ProducerInput>()
        let epochs = EpochWatch()
        let observer = RDKafkaObserver(
            log: { epochs.took($0) },
            error: { error in
                if error.code == .authentication || error.code == .saslAuthenticationFailed {
                    inputs.post(.refused(error.explainingSCRAM))
                }
                if error.code == .allBrokersDown { inputs.post(.unreachable(error)) }
            })
        let board = ProducerBoard(observer, epochs)
        let first: RDKafkaProducer
        do throws(RDKafkaConfigurationError) {
            first = try RDKafkaProducer(configuration.client, observer: board.observer, wakeUp: { inputs.ring() })
        } catch {
            throw KafkaRetryError(.configuration, "the producer cannot be made", remedy: "correct the property", cause: error)
        }
        let topics = Mailbox<(String, RDKafkaProducer)>()
        let recoveries = RecoveryInboxes()
        let (spoolJobs, spoolJobsIn) = AsyncStream<SpoolJob>.makeStream()
        let (spoolRemovals, spoolRemovalsIn) = AsyncStream<SpoolJob>.makeStream()
        let appends = configuration.spool.map { SpoolAppends($0) }
        let links = ProducerLoop.Links(
            inputs: inputs, gate: MemoryGate(limit: Int(clamping: configuration.memory.bytes)), topics: topics, recoveries: recoveries,
            spoolJobs: configuration.spool == nil ? nil : spoolJobsIn, spoolRemovals: spoolRemovalsIn, appends: appends,
            board: board)
        self.links = links
        self.configuration = configuration

        let sender = RecoveryProducer(naming: configuration.naming, service: configuration.service) { records, deadline in
            let receipts = records.map { _ in SendReceipt() }
            let submission = SendSubmission(
                reply: .receipts(OneOrMany(receipts)), origin: .recovery, accepted: SystemClock().now, deadline: deadline)
            if !records.isEmpty { inputs.post(.submitted(records, submission)) }
            return receipts
        }
        let chain = RecoveryChain(configuration.recovery, spool: appends, producer: sender)
        let thread = ProducerThread()
        let counter = TopicCounter(topics, answers: inputs)
        loop = Task { [backlog] in await thread.run(configuration, backlog: backlog, first, links, log) }
        // Ends with the loop. Its last question may take its whole time-out, so nobody waits for that.
        counting = Task { await counter.run() }
        var helpers = [recoveries.spoolable, recoveries.others].map { inbox in
            Task { await inbox.run { items in inputs.post(.recovered(await chain.recover(items))) } }
        }
        if let spool = configuration.spool, let appends {
            let worker = SpoolWorker(spool: spool, appends: appends, answers: inputs, log: log)
            helpers += [Task { await worker.run(spoolJobs) }, Task { await worker.run(spoolRemovals) }]
        }
        self.helpers = helpers
    }

    deinit {
        // Whoever forgets to close it loses no thread over it; what had not ended is told so.
        links.inputs.post(.giveUp)
    }

    /// What became of all that it was given so far.
    public var account: ProducerAccount { links.board.account }

    /// Sends a message and waits until it has ended.
    ///
    /// - Returns: where it ended.
    /// - Throws: a ``SendError`` if nobody has taken it, and with the cause `closed` if the producer was closed or the task cancelled before
    ///   it was accepted. Once it is accepted, cancellation does not take it back.
    @discardableResult public func send(_ message: ProducerRecord) async throws(SendError) -> SendOutcome {
        try await enqueue(message).outcome
    }

    /// Sends messages in their order and waits until all have ended: what each came to, in their order.
    public func send(_ messages: [ProducerRecord]) async -> [Result<SendOutcome, SendError>] {
        let faults = faults(of: messages)
        if faults.isEmpty { return await sendAll(messages) }
        // What no broker would take is told apart, and the others go on.
        var sent = await sendAll(messages.indices.filter { faults[$0] == nil }.map { messages[$0] }).makeIterator()
        return messages.indices.map { index in
            if let fault = faults[index] { return .failure(fault) }
            return sent.next() ?? .failure(Self.closed)
        }
    }

    private func faults(of messages: [ProducerRecord]) -> [Int: SendError] {
        var faults: [Int: SendError] = [:]
        // A topic that is like the one before is not looked at again.
        var sound: KafkaTopic?
        // Looked at where they are: copying one counts its references.
        messages.withUnsafeBufferPointer { messages in
            for index in messages.indices where messages[index].topic != sound || messages[index].partition != nil {
                if let fault = messages[index].fault {
                    faults[index] = SendError(.notWritten, .permanent, fault.message)
                } else {
                    sound = messages[index].topic
                }
            }
        }
        return faults
    }

    private func sendAll(_ messages: [ProducerRecord]) async -> [Result<SendOutcome, SendError>] {
        var results: [Result<SendOutcome, SendError>] = []
        results.reserveCapacity(messages.count)
        var batches: [SendBatch] = []
        // Pieces that fit into memory together, so that a large batch does not wait for all of it.
        for piece in pieces(of: messages) {
            guard await links.gate.enter(piece.bytes) else {
                for batch in batches { results += await batch.results }
                batches = []
                results += piece.messages.map { _ in .failure(Self.closed) }
                continue
            }
            let batch = SendBatch(count: piece.messages.count)
            submit(piece.messages, .batch(batch))
            batches.append(batch)
        }
        if results.isEmpty, batches.count == 1 { return await batches[0].results }
        for batch in batches { results += await batch.results }
        return results
    }

    /// Accepts a message and returns at once, or, if accepted messages fill the producer's memory, as soon as there is room.
    ///
    /// - Throws: a ``SendError``: the message was not accepted.
    @discardableResult public func enqueue(_ message: ProducerRecord) async throws(SendError) -> SendReceipt {
        if let fault = message.fault { throw SendError(.notWritten, .permanent, fault.message) }
        guard await links.gate.enter(message.byteCount) else { throw Self.closed }
        let receipt = SendReceipt()
        submit([message], .receipts(.one(receipt)))
        return receipt
    }

    /// Accepts messages of which only the account will tell, in their order, as soon as there is room.
    package func submit(_ messages: [ProducerRecord]) async throws(SendError) {
        for piece in pieces(of: messages) {
            guard await links.gate.enter(piece.bytes) else { throw Self.closed }
            submit(piece.messages, .none)
        }
    }

    /// Accepts no more messages, and waits until all that were accepted have ended, at most `time`. A message on disk in the spool has
    /// ended: it is still sent if it can be, but where no broker answers, or nothing has arrived for ``SendBreakerSettings/stall``, nobody waits
    /// for that; and where none has answered for 5 s and none of the messages was sent, all go to the spool at once. What has not ended shortly before the time is up is given up: what was not sent goes to recovery, what is in flight is
    /// ambiguous. So is what recovery has not answered about when it is up, and handlers that are still at it are cancelled.
    ///
    /// - Returns: what became of all, exactly: `read + replayed` is the sum of the rest. The spool, if there is one, is not closed.
    @discardableResult public func close(within time: Duration) async -> ProducerAccount {
        links.gate.close()
        let limit = ContinuousClock.now + min(max(time, .zero), DurationNotation.longest)
        // Behind all that was put into the spool's queue.
        links.inputs.post(.finish(by: limit))
        let account = await loop.value
        await HelpersEnd(helpers).wait(until: limit + ProducerLoop.grace)
        return account
    }

    private func submit(_ messages: [ProducerRecord], _ reply: SendSubmission.Reply) {
        let submission = SendSubmission(
            reply: reply, origin: .caller, accepted: SystemClock().now, deadline: configuration.deadline)
        if configuration.durability == .writeAhead, let jobs = links.spoolJobs {
            links.inputs.post(.storing(messages, submission))
            jobs.yield(.store(messages, submission))
        } else {
            links.inputs.post(.submitted(messages, submission))
        }
    }

    private func pieces(of messages: [ProducerRecord]) -> [(messages: [ProducerRecord], bytes: Int)] {
        let most = max(1, Int(clamping: configuration.memory.bytes) / 4)
        var pieces: [(messages: [ProducerRecord], bytes: Int)] = []
        var (start, bytes) = (0, 0)
        for (index, size) in messages.sizes.enumerated() {
            if index > start, bytes + size > most {
                pieces.append((Array(messages[start..<index]), bytes))
                (start, bytes) = (index, 0)
            }
            bytes += size
        }
        // One that is whole is not copied.
        if start < messages.count { pieces.append((start == 0 ? messages : Array(messages[start...]), bytes)) }
        return pieces
    }

    private static let closed = SendError(.notWritten, .closed, "the producer is closed, or the task was cancelled")
}
