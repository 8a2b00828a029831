import RDKafka
import RetryCore

/// Messages that were given up, on their way to the recovery handlers and back, and those in the spool.
extension ProducerLoop {
    func item(_ recovery: ProducerWork.Recovery) -> RecoveryItem? {
        let send = pending[recovery.slot.index]
        guard !send.isFree else { return nil }
        let message = UndeliveredMessage(
            message: submissions.record(send), cause: recovery.cause, mayBeWritten: machine.isSuspect(recovery.slot),
            attempts: troubles[recovery.slot.index]?.attempts ?? 0,
            reason: troubles[recovery.slot.index]?.reason ?? recovery.cause.explanation, accepted: submissions[send].accepted)
        return RecoveryItem(slot: recovery.slot, message: message, maySpool: recovery.maySpool)
    }

    mutating func recovered(_ answers: [RecoveryAnswer]) {
        logKept(answers)
        logDeadLettered(answers)
        for answer in answers {
            if !answer.refusals.isEmpty, answer.taker == nil {
                let reason = troubles[answer.slot.index]?.reason ?? answer.cause.explanation
                troubles[answer.slot.index, default: SendTrouble()].reason = ([reason] + answer.refusals).joined(separator: "; ")
            }
            if let number = answer.number {
                replay.appended(number, topic: machine.isOutdated(answer.slot) ? nil : machine.topicNumber(of: answer.slot))
            }
            machine.recovered(answer.slot, answer.taker, cause: answer.cause, now: now)
        }
    }

    /// A line for each topic: who reads the account alone knows neither why nor where.
    private func logDeadLettered(_ answers: [RecoveryAnswer]) {
        for topic in byTopic(answers.filter { $0.taker == .deadLettered }) {
            log.notice(
                "dead-lettered", [.topic: .string(topic.name), .count: LogValue(topic.count), .reason: .string(topic.reason)])
        }
    }

    /// A line for each topic: what no other try will deliver stays in the spool when nobody takes it, and the log alone tells why.
    private func logKept(_ answers: [RecoveryAnswer]) {
        let kept = answers.filter { answer in
            let send = pending[answer.slot.index]
            return answer.taker == nil && answer.cause != .ambiguous && !send.isFree && submissions.spoolNumber(send) != nil
        }
        for topic in byTopic(kept) {
            log.error(
                "messages stay in the spool: they cannot be delivered, and nobody takes them; the next start tries them again",
                [.topic: .string(topic.name), .count: LogValue(topic.count), .reason: .string(topic.reason)])
        }
    }

    /// How many of each topic, and why the first of these was given up.
    private func byTopic(_ answers: [RecoveryAnswer]) -> [(name: String, count: Int, reason: String)] {
        var topics: [String: (count: Int, reason: String)] = [:]
        for answer in answers {
            let send = pending[answer.slot.index]
            guard !send.isFree else { continue }
            let name = submissions.record(send).topic.name
            guard topics[name] == nil else {
                topics[name]?.count += 1
                continue
            }
            let reasons = [troubles[answer.slot.index]?.reason ?? answer.cause.explanation] + answer.refusals
            topics[name] = (1, reasons.joined(separator: "; "))
        }
        return topics.sorted { $0.key < $1.key }.map { ($0.key, $0.value.count, $0.value.reason) }
    }

    mutating func stored(_ records: [ProducerRecord], _ submission: SendSubmission, _ result: Result<[Int64], SpoolError>) {
        storing.removeFirst()
        switch result {
        case .failure(let error):
            account.read += records.count
            account.failed += records.count
            let failure = SendError(.notWritten, .permanent, "\(error)")
            submission.reply.end(records.indices.map { ($0, .failure(failure)) })
            links.gate.leave(records.sizes.reduce(0, +))
        case .success(let numbers):
            submission.reply.stored()
            account.read += records.count
            guard machine.wantsReplay, replay.isCaughtUp, machine.count < SpoolReplay.mostInMemory else {
                for number in numbers { replay.appended(number, topic: nil) }
                machine.backlog(grewBy: numbers.count)
                account.spooled += records.count
                submission.reply.end(records.indices.map { ($0, .success(.spooled)) })
                links.gate.leave(records.sizes.reduce(0, +))
                return
            }
            guard !records.isEmpty else { return }
            let now = now
            let submission = submissions.add(
                PendingSubmission(records, reply: submission.reply, accepted: submission.accepted, isGated: true, numbers: numbers))
            for index in records.indices {
                machine.backlog(grewBy: 1)
                accept(index, of: submission, .spool, now: now, deadline: .max, isBacklog: true)
            }
            if let last = numbers.last { replay.passed(last) }
        }
    }

    mutating func replayed(_ messages: [SpooledMessage]) {
        let now = now
        for message in replay.taken(of: messages) {
            takeUp(message)
            let entry = message.entry
            let submission = submissions.add(
                PendingSubmission([entry.message], reply: .none, accepted: entry.accepted, isGated: false, numbers: [message.number]))
            let slot = accept(
                0, of: submission, .spool, now: now, deadline: .max,
                isBacklog: replay.isBacklog(message.number, topic: topicNumber(entry.message.topic.name)), mayBeWritten: entry.mayBeWritten)
            if entry.attempts > 0 || entry.failure != nil {
                troubles[slot] = SendTrouble(attempts: entry.attempts, reason: entry.failure)
            }
        }
    }

    /// What this process put into the spool was accepted once, and ends once.
    private mutating func takeUp(_ message: SpooledMessage) {
        guard replay.isOwn(message.number) else { return account.replayed += 1 }
        account.spooled -= 1
        if message.entry.mayBeWritten { account.possiblyTwice -= 1 }
    }

    mutating func readSpool() {
        guard let jobs = links.spoolJobs, !hasGivenUp, machine.wantsReplay, machine.count < SpoolReplay.mostInMemory,
            let after = replay.next(now: now)
        else { return }
        jobs.yield(.read(after: after))
    }

    /// When reading is tried again that has failed.
    func nextRead(now: Int64) -> Int64 { replay.failures > 0 && replay.readsAt > now ? replay.readsAt : .max }

    mutating func flushRemovals() {
        if !removals.isEmpty { links.spoolRemovals.yield(.remove(removals)) }
        if !doubts.isEmpty { links.spoolRemovals.yield(.noteMayBeWritten(doubts)) }
        removals = []
        doubts = []
    }
}
