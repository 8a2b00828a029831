import RetryCore

/// Who is told what became of a message.
extension ProducerLoop {
    func tell(_ ends: [ProducerWork.End]) {
        var batch: SendBatch?
        var results: [(index: Int, result: Result<SendOutcome, SendError>)] = []
        var bytes = 0
        for end in ends {
            guard let send = pending[end.slot.index] else { continue }
            pending[end.slot.index] = nil
            bytes += send.bytes
            let result = count(end, send)
            switch send.reply {
            case .none: break
            case .receipt(let receipt): receipt.end(result)
            case .batch(let its, let index):
                if let current = batch, current !== its {
                    current.end(results)
                    results.removeAll(keepingCapacity: true)
                }
                batch = its
                results.append((index, result))
            }
        }
        batch?.end(results)
        if bytes > 0 { links.gate.leave(bytes) }
    }

    func count(_ end: ProducerWork.End, _ send: PendingSend) -> Result<SendOutcome, SendError> {
        // Dead letters that recovery sends are no messages of anybody's.
        let counts = end.origin != .recovery
        if let number = send.number, end.leavesSpool { removals.append(number) }
        switch end.end {
        case .delivered:
            if counts { account.delivered += 1 }
            if counts, end.mayBeTwice { account.possiblyTwice += 1 }
            return .success(
                .delivered(partition: send.partition, offset: send.offset, timestamp: send.timestamp.map { Timestamp(milliseconds: $0) }))
        case .recovered(.deadLettered):
            account.deadLettered += 1
            return .success(.deadLettered)
        case .recovered(.spooled), .leftInSpool:
            account.spooled += 1
            // It will be sent again from there.
            if end.mayBeTwice { account.possiblyTwice += 1 }
            return .success(.spooled)
        case .recovered(.handled):
            account.recovered += 1
            return .success(.recovered)
        case .failed(let cause):
            if counts { account.failed += 1 }
            return .failure(SendError(.notWritten, cause, send.reason ?? cause.explanation))
        case .ambiguous(let cause):
            if counts { account.ambiguous += 1 }
            return .failure(SendError(.ambiguous, cause, send.reason ?? cause.explanation))
        }
    }
}

extension ProducerWork.End {
    /// Whether a message that stood in the spool is done with there. One that failed for good stays: nobody has taken it.
    fileprivate var leavesSpool: Bool {
        switch end {
        case .delivered, .ambiguous, .recovered(.deadLettered), .recovered(.handled): true
        case .recovered(.spooled), .failed, .leftInSpool: false
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
