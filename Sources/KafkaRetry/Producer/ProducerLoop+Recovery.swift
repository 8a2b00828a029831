import RDKafka
import RetryCore

/// Messages that were given up, on their way to the recovery handlers and back, and those in the spool.
extension ProducerLoop {
    func item(_ recovery: ProducerWork.Recovery) -> RecoveryItem? {
        guard let send = pending[recovery.slot.index] else { return nil }
        let message = UndeliveredMessage(
            message: send.record, cause: recovery.cause, mayBeWritten: machine.isSuspect(recovery.slot), attempts: send.attempts,
            reason: send.reason ?? recovery.cause.explanation, accepted: send.accepted)
        return RecoveryItem(slot: recovery.slot, message: message, maySpool: recovery.maySpool)
    }

    func recovered(_ answers: [RecoveryAnswer]) {
        for answer in answers {
            if !answer.refusals.isEmpty, answer.taker == nil {
                let reason = pending[answer.slot.index]?.reason ?? answer.cause.explanation
                pending[answer.slot.index]?.reason = ([reason] + answer.refusals).joined(separator: "; ")
            }
            if let number = answer.number {
                replay.appended(number, topic: machine.isOutdated(answer.slot) ? nil : machine.topicNumber(of: answer.slot))
            }
            machine.recovered(answer.slot, answer.taker, cause: answer.cause, now: now)
        }
    }

    func stored(_ records: [ProducerRecord], _ submission: SendSubmission, _ result: Result<[Int64], SpoolError>) {
        storing -= records.count
        switch result {
        case .failure(let error):
            account.read += records.count
            account.failed += records.count
            let failure = SendError(.notWritten, .permanent, "\(error)")
            submission.reply.end(records.indices.map { ($0, .failure(failure)) })
            links.gate.leave(records.reduce(0) { $0 + $1.byteCount })
        case .success(let numbers):
            account.read += records.count
            guard machine.wantsReplay, replay.isCaughtUp, machine.count < SpoolReplay.mostInMemory else {
                for number in numbers { replay.appended(number, topic: nil) }
                machine.backlog(grewBy: numbers.count)
                account.spooled += records.count
                submission.reply.end(records.indices.map { ($0, .success(.spooled)) })
                links.gate.leave(records.reduce(0) { $0 + $1.byteCount })
                return
            }
            let now = now
            for (index, record) in records.enumerated() {
                let send = PendingSend(
                    record: record, reply: submission.reply[index], accepted: submission.accepted, bytes: record.byteCount,
                    number: numbers[index])
                machine.backlog(grewBy: 1)
                accept(send, .spool, now: now, deadline: .max, isBacklog: true)
            }
            if let last = numbers.last { replay.passed(last) }
        }
    }

    func replayed(_ messages: [SpooledMessage]) {
        let now = now
        for message in replay.taken(of: messages) {
            account.replayed += 1
            let send = PendingSend(
                record: message.entry.message, reply: .none, accepted: message.entry.accepted, bytes: 0, number: message.number,
                attempts: message.entry.attempts, reason: message.entry.failure)
            accept(send, .spool, now: now, deadline: .max, isBacklog: replay.isBacklog(message.number))
        }
    }

    func readSpool() {
        guard let jobs = links.spoolJobs, !hasGivenUp, machine.wantsReplay, machine.count < SpoolReplay.mostInMemory,
            let after = replay.next()
        else { return }
        jobs.yield(.read(after: after))
    }

    func flushRemovals() {
        guard !removals.isEmpty else { return }
        links.spoolRemovals.yield(.remove(removals))
        removals = []
    }
}
