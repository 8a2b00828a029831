import RetryCore

/// A message on its way through the handlers.
struct RecoveryItem: Sendable {
    var slot: SendSlot
    var message: UndeliveredMessage
    var maySpool: Bool
}

/// What the handlers came to.
struct RecoveryAnswer: Sendable {
    var slot: SendSlot
    var cause: SendCause
    var taker: SendRecovered?
    /// Its number in the spool.
    var number: Int64?
    /// Why none took it.
    var refusals: [String]
}

/// The recovery handlers, one after the other.
struct RecoveryChain: Sendable {
    let handlers: [any KafkaRecoveryHandler]
    let spool: SpoolAppends?
    let producer: RecoveryProducer

    init(_ handlers: [any KafkaRecoveryHandler]?, spool: SpoolAppends?, producer: RecoveryProducer) {
        self.handlers = handlers ?? [DeadLetterTopicRecovery()] + (spool == nil ? [] : [SpoolRecovery()])
        self.spool = spool
        self.producer = producer
    }

    /// Sees a batch through. Their order is kept: in the spool, and for each handler.
    func recover(_ items: [RecoveryItem]) async -> [RecoveryAnswer] {
        var answers = items.map { RecoveryAnswer(slot: $0.slot, cause: $0.message.cause, refusals: []) }
        for handler in handlers {
            let left = answers.indices.filter { answers[$0].taker == nil }
            if left.isEmpty { break }
            if handler is SpoolRecovery, let spool {
                await append(left.filter { items[$0].maySpool }, of: items, to: spool, &answers)
            } else if let handler = handler as? DeadLetterTopicRecovery {
                await deadLetter(handler, left, of: items, &answers)
            } else {
                await ask(handler, left, of: items, &answers)
            }
        }
        return answers
    }

    private func ask(_ handler: any KafkaRecoveryHandler, _ left: [Int], of items: [RecoveryItem], _ answers: inout [RecoveryAnswer]) async
    {
        for index in left {
            do {
                switch try await handler.recover(items[index].message, using: producer) {
                case .deadLettered: answers[index].taker = .deadLettered
                case .spooled: answers[index].taker = .handled
                case .recovered: answers[index].taker = .handled
                }
            } catch {
                answers[index].refusals.append("\(type(of: handler)): \(error)")
            }
        }
    }

    /// So many dead letters are in flight together: each is a copy of its message.
    private static let mostTogether = 2_000

    private func deadLetter(
        _ handler: DeadLetterTopicRecovery, _ left: [Int], of items: [RecoveryItem], _ answers: inout [RecoveryAnswer]
    ) async {
        var rest = left[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Self.mostTogether)
            rest = rest.dropFirst(chunk.count)
            let results = await handler.recover(chunk.map { items[$0].message }, using: producer)
            for (index, result) in zip(chunk, results) {
                switch result {
                case .success: answers[index].taker = .deadLettered
                case .failure(let error): answers[index].refusals.append("DeadLetterTopicRecovery: \(error)")
                }
            }
        }
    }

    private func append(
        _ left: [Int], of items: [RecoveryItem], to spool: SpoolAppends, _ answers: inout [RecoveryAnswer]
    ) async {
        guard !left.isEmpty else { return }
        do {
            let entries = left.map { index in
                SpoolEntry(
                    items[index].message.message, accepted: items[index].message.accepted, attempts: items[index].message.attempts,
                    failure: items[index].message.reason, mayBeWritten: items[index].message.mayBeWritten)
            }
            for (index, number) in zip(left, try await spool.append(entries)) {
                answers[index].taker = .spooled
                answers[index].number = number
            }
        } catch {
            for index in left { answers[index].refusals.append("spool: \(error)") }
        }
    }
}
