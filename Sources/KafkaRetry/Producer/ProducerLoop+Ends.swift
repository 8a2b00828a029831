import RetryCore

/// Who is told what became of a message.
extension ProducerLoop {
    mutating func tell(_ ends: [ProducerWork.End]) {
        // That of the latest message.
        var (submission, batch): (Int32, SendBatch?) = (-1, nil)
        var delivered: [SendBatch.Delivered] = []
        var others: [(index: Int, result: Result<SendOutcome, SendError>)] = []
        var bytes = 0
        func tellBatch() {
            batch?.end(delivered, others)
            delivered.removeAll(keepingCapacity: true)
            others.removeAll(keepingCapacity: true)
        }
        for end in ends {
            let send = pending[end.slot.index]
            guard !send.isFree else { continue }
            pending[end.slot.index] = .free
            let trouble = troubles.isEmpty ? nil : troubles.removeValue(forKey: end.slot.index)
            bytes += send.bytes
            count(end, send)
            if case .ambiguous = end.end, let number = submissions.spoolNumber(send) { logTakenOut(number, send, trouble) }
            if submission != send.submission {
                tellBatch()
                (submission, batch) = (send.submission, submissions[send].reply.batch)
            }
            if batch == nil {
                submissions[send].reply.receipts?[Int(send.index)].end(result(of: end, send, trouble))
            } else if case .delivered = end.end {
                delivered.append(.init(send))
            } else {
                others.append((Int(send.index), result(of: end, send, trouble)))
            }
            submissions.ended(send)
        }
        tellBatch()
        if bytes > 0 { links.gate.leave(bytes) }
    }

    private mutating func count(_ end: ProducerWork.End, _ send: PendingSend) {
        // Dead letters that recovery sends are no messages of anybody's.
        let counts = end.origin != .recovery
        if let number = submissions.spoolNumber(send) {
            if end.leavesSpool { removals.append(number) } else if end.mayBeTwice { doubts.append(number) }
        }
        switch end.end {
        case .delivered:
            if counts { account.delivered += 1 }
            if end.mayBeTwice { account.possiblyTwice += 1 }
        case .recovered(.deadLettered): account.deadLettered += 1
        case .recovered(.spooled), .leftInSpool, .keptInSpool:
            account.spooled += 1
            // It will be sent again from there.
            if end.mayBeTwice { account.possiblyTwice += 1 }
        case .recovered(.handled): account.recovered += 1
        case .failed: if counts { account.failed += 1 }
        case .ambiguous: if counts { account.ambiguous += 1 }
        }
    }

    private func result(
        of end: ProducerWork.End, _ send: PendingSend, _ trouble: SendTrouble?
    ) -> Result<SendOutcome, SendError> {
        switch end.end {
        case .delivered:
            .success(.delivered(partition: send.partition, offset: send.offset, timestamp: send.timestamp))
        case .recovered(.deadLettered): .success(.deadLettered)
        case .recovered(.spooled), .leftInSpool, .keptInSpool: .success(.spooled)
        case .recovered(.handled): .success(.recovered)
        case .failed(let cause): .failure(SendError(.notWritten, cause, trouble?.reason ?? cause.explanation))
        case .ambiguous(let cause): .failure(SendError(.ambiguous, cause, trouble?.reason ?? cause.explanation))
        }
    }
}

extension ProducerLoop {
    /// By number and time, under which nobody sees what is in it.
    private func logTakenOut(_ number: Int64, _ send: PendingSend, _ trouble: SendTrouble?) {
        log.warning(
            "a message leaves the spool: whether it was written is not known, and it is not to be sent again",
            [
                .topic: .string(submissions.record(send).topic.name), .partition: LogValue(send.partition),
                "spool_number": LogValue(number),
                "accepted_ms": LogValue(submissions[send].accepted.milliseconds),
                .reason: .string(trouble?.reason ?? SendCause.ambiguous.explanation),
            ])
    }
}

extension ProducerWork.End {
    /// Whether a message that stood in the spool is done with there.
    fileprivate var leavesSpool: Bool {
        switch end {
        case .delivered, .ambiguous, .recovered(.deadLettered), .recovered(.handled): true
        case .recovered(.spooled), .failed, .leftInSpool, .keptInSpool: false
        }
    }
}

extension SendCause {
    /// In words, where no answer says more.
    var explanation: String {
        switch self {
        case .deadline: "its deadline passed"
        case .retriesExhausted: "its retries are used up"
        case .budgetExhausted: "the producer's budget of retries is used up"
        case .permanent: "it cannot be delivered"
        case .breakerOpen: "nothing arrives in its topic at present"
        case .ambiguous: "whether it was written is not known"
        case .closed: "the producer was closed"
        }
    }
}
