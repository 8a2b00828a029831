import RetryCore

extension World {
    func perform(_ action: HopAction, _ member: Member) {
        switch action {
        case .restore(let place, let epoch): restore(place, epoch, member)
        case .assign(let offsets):
            note("\(member.name) consumes \(offsets.sorted { $0.key < $1.key }.map { "\($0.key)@\($0.value)" })")
            for (place, offset) in offsets { member.positions[place] = offset }
            for place in offsets.keys { member.stalled.remove(place) }
            if case .assign = member.unacknowledged { member.unacknowledged = nil }
            scheduleFetch(member)
        case .seek(let place, let offset):
            note("\(member.name) seeks \(place)@\(offset)")
            deliver(to: member, after: dice.milliseconds(0...5)) { [self] in
                guard member.positions[place] != nil else { return }
                member.positions[place] = offset
                member.stalled.remove(place)
                member.machine.sought(place)
                scheduleFetch(member)
            }
        case .unassign(let places):
            note("\(member.name) lets go of \(places)")
            for place in places { member.positions[place] = nil }
            member.paused.subtract(places)
            let wasLost = if case .lost = member.unacknowledged { true } else { false }
            member.unacknowledged = nil
            if wasLost {
                deliver(to: member, after: latency()) { [self] in join(member) }
            } else {
                let id = member.membership
                after(latency()) { [self] in released(places, by: id) }
            }
        case .read(let place, let epoch, let offsets): read(place, epoch, offsets, member)
        case .produce(let batch):
            checkDue(batch, member)
            if member.isEnding { statistics.ahead += 1 }
            member.batchMetadata[batch.producer] = .init(membership: member.membership ?? 0, generation: member.generation)
            produce(batch, member)
        case .sendOffsets(let commits, let batch):
            member.isEnding = true
            sendOffsets(commits, batch, member)
        case .commit(let producer): commit(producer, member)
        case .abort(let producer):
            member.isEnding = false
            abort(producer, member)
        case .recover:
            member.isEnding = false
            recover(member)
        case .handle(let call): handle(call, member)
        case .cancel(let id): cancel(id, member)
        case .withdraw(let calls): withdraw(calls, member)
        case .pause(let place):
            statistics.pauses += 1
            member.paused.insert(place)
        case .resume(let place):
            member.paused.remove(place)
            scheduleFetch(member)
        }
    }

    // MARK: - Reading

    /// Offset and metadata once no transaction holds them, then the log's bounds.
    private func restore(_ place: TopicPartition, _ epoch: Epoch, _ member: Member) {
        let process = member.process
        func ask() {
            guard member.process == process, let log = logs[place] else { return }
            guard !isFrozen, isStable(place) else { return after(dice.milliseconds(5...200), ask) }
            let saved = group.committed[place]
            after(dice.milliseconds(0...5)) { [self] in
                let point = RestorePoint(committed: saved?.offset, metadata: saved?.metadata, logStart: log.start, logEnd: log.end)
                let late = fails(25) ? dice.milliseconds(1_000...15_000) : latency()
                deliver(to: member, process: process, after: late) { [self] in
                    note("\(member.name): \(place) restored from \(saved?.offset ?? -1), log \(point.logStart)..<\(point.logEnd)")
                    member.machine.restored(place, epoch: epoch, point: point)
                }
            }
        }
        after(latency(), ask)
    }

    private func read(_ place: TopicPartition, _ epoch: Epoch, _ offsets: [Int64], _ member: Member) {
        guard let log = logs[place] else { return }
        deliver(to: member, after: latency()) { [self] in
            var (records, missing): ([KafkaRecord], [Int64]) = ([], [])
            let part = fails(5) ? offsets.prefix(dice.number(0...offsets.count)) : offsets[...]
            for offset in part where !log.isDeleted {
                if offset < log.start {
                    missing.append(offset)
                } else if let record = log[offset].flatMap(log.read) {
                    records.append(record)
                }
            }
            statistics.reread += records.count
            note(
                "\(member.name) reads \(offsets.count) of \(place) again: \(records.count), \(missing.count) missing, keeps \(member.machine.residentBytes)"
            )
            member.machine.reread(place, epoch: epoch, records: records, missing: missing, now: clock(member))
        }
    }

    // MARK: - Transactions

    private func checkDue(_ batch: HopBatch, _ member: Member) {
        if plan.handlers != nil, let record = batch.records.first(where: { sources.contains($0.target.topic) }) {
            violate("\(member.name) writes to the source \(record.target), which is the producers' alone")
        }
        for record in batch.records where planners[record.target.topic] == nil {
            let id = Ledger.id(of: record)
            guard id > 0, id < ledger.items.count, ledger.items[id].expectation == .republished, ledger.items[id].poison < 2 else {
                continue
            }
            if ledger.items[id].due > clock(member).milliseconds {
                violate("#\(id) is republished \(ledger.items[id].due - clock(member).milliseconds) ms early")
            }
        }
        note("\(member.name) batch \(batch.number): \(batch.partitions.sorted()) \(batch.records.map(Ledger.id))")
    }

    private func produce(_ batch: HopBatch, _ member: Member) {
        let process = member.process
        // It stays with the producer that began it, if that is made anew meanwhile.
        let (id, epoch) = (member.transactionalID(batch.producer), member.epochs[batch.producer])
        func attempt() {
            guard member.process == process else { return }
            guard !isFrozen else { return after(frozenUntil - now, attempt) }
            var report = ProduceReport()
            member.unknown.remove(batch.producer)
            if plan.delivery == .atLeastOnce || batch.records.isEmpty {
                write(batch, nil, &report)
            } else if isFenced(id, epoch) {
                report.failure = TransactionFailure(.fatal, reason: "fenced")
            } else if !batch.records.allSatisfy({ isWritable($0.target.topic) }) {
                report = purge(batch) { [self] in transaction(id, epoch) }
                if report.purged.count == batch.records.count { member.unknown.insert(batch.producer) }
            } else {
                guard let transaction = transaction(id, epoch) else { return after(5, attempt) }
                write(batch, transaction, &report)
            }
            let answer = report
            deliver(to: member, process: process, after: latency()) { [self] in
                note(
                    "\(member.name) batch \(batch.number) produced: \(answer.failure?.reason ?? "ok"), \(answer.refused.count) refused, \(answer.failed.count) failed, \(answer.purged.count) purged"
                )
                member.machine.produced(answer, of: batch.number, now: clock(member))
            }
        }
        after(latency(), attempt)
    }

    /// Each produce request holds some neighbours for one partition; one bad record spoils its request.
    private func write(_ batch: HopBatch, _ transaction: SimulatedTransaction?, _ report: inout ProduceReport) {
        var index = 0
        let isTimedOut = fails(2)
        while index < batch.records.count {
            let target = batch.records[index].target
            var end = index + 1
            let most = index + dice.number(1...20)
            while end < batch.records.count, end < most, batch.records[end].target == target { end += 1 }
            let request = index..<end
            index = end
            if request.contains(where: { isRefused(batch.records[$0]) }) {
                for index in request { report.refused[index] = "too large" }
            } else if let until = unavailableUntil[target.topic], until > now {
                for index in request { report.unavailable[index] = "unknown topic" }
            } else if !isWritable(target.topic) {
                for index in request { report.unavailable[index] = "not authorised" }
            } else {
                let isFailed = isTimedOut && dice.happens(50)
                if isFailed { for index in request { report.failed[index] = "timed out" } }
                if isFailed, dice.happens(50) { continue }
                for index in request {
                    let offset = append(batch.records[index], in: transaction)
                    report.offsets[index] = fails(3) ? -1 : offset
                }
            }
        }
    }

    private func isRefused(_ record: OutgoingRecord) -> Bool {
        let id = Ledger.id(of: record)
        guard id > 0, id < ledger.items.count else { return false }
        switch ledger.items[id].poison {
        case 1: return record.headers.count(of: .exceptionMessage) > 0
        case 2: return !record.target.topic.hasSuffix("-Error")
        case 3: return true
        default: return false
        }
    }

    private func sendOffsets(_ commits: [ProgressCommit], _ batch: HopBatch, _ member: Member) {
        let (process, metadata) = (member.process, member.batchMetadata[batch.producer])
        func answer(_ failure: TransactionFailure?, after delay: Int64? = nil) {
            deliver(to: member, process: process, after: delay ?? latency()) { [self] in
                note("\(member.name) offsets sent: \(failure?.reason ?? "ok")")
                member.machine.offsetsSent(failure, now: clock(member))
            }
        }
        func attempt() {
            guard member.process == process else { return }
            // A request that a frozen broker did not attend to is gone.
            if isFrozen || fails(3) {
                return answer(TransactionFailure(.retriable, reason: "timed out"), after: dice.milliseconds(3_000...8_000))
            }
            let id = member.transactionalID(batch.producer)
            if plan.delivery == .exactlyOnce, isFenced(id, member.epochs[batch.producer]) {
                return answer(TransactionFailure(.fatal, reason: "fenced"))
            }
            if commits.contains(where: { $0.metadata.utf8.count > plan.brokerMetadataLimit }) {
                return answer(TransactionFailure(.abortable, cause: .metadataTooLarge, reason: "metadata too large"))
            }
            guard isCurrent(metadata) else {
                return answer(TransactionFailure(.abortable, cause: .outdatedGeneration, reason: "illegal generation"))
            }
            for commit in commits where group.owners[commit.partition] != metadata.membership {
                violate("\(member.name) sends progress of \(commit.partition), which it does not own")
            }
            group.offsetsSent += 1
            if plan.delivery == .exactlyOnce {
                guard let transaction = transaction(id, member.epochs[batch.producer]) else { return after(5, attempt) }
                transaction.offsetsSent = group.offsetsSent
                for commit in commits {
                    transaction.offsets.removeAll { $0.partition == commit.partition }
                    transaction.offsets.append(commit)
                }
            } else {
                for commit in commits { commitOffset(commit, sent: group.offsetsSent) }
            }
            if fails(2) { return answer(TransactionFailure(.retriable, reason: "answer lost"), after: 3_000) }
            answer(nil)
        }
        after(latency(), attempt)
    }

    private func commit(_ producer: Int, _ member: Member) {
        let process = member.process
        let (id, epoch) = (member.transactionalID(producer), member.epochs[producer])
        func answer(_ failure: TransactionFailure?, after delay: Int64? = nil) {
            deliver(to: member, process: process, after: delay ?? latency()) { [self] in
                note("\(member.name) commit: \(failure.map { "\($0.disposition) \($0.reason)" } ?? "ok")")
                member.isEnding = failure?.disposition == .retriable
                member.machine.committed(failure)
            }
        }
        after(latency()) { [self] in
            let open = producers[id]?.transaction
            if isFrozen {
                // It is carried out at the thaw, whoever has died meanwhile.
                whenServed { [self] in if let open, !isFenced(id, epoch) { end(open, commit: true) } }
                return answer(TransactionFailure(.retriable, reason: "timed out"), after: 3_000)
            }
            if isFenced(id, epoch) { return answer(TransactionFailure(.fatal, reason: "fenced")) }
            guard let open, case .open = open.state else { return answer(nil) }
            if fails(1) { return answer(TransactionFailure(.abortable, reason: "messages timed out")) }
            if fails(2) {
                // The coordinator times it out just now: one in three such races has committed.
                producers[id]?.epoch += 1
                finish(open, commit: dice.happens(33))
                return answer(TransactionFailure(.fatal, reason: "fenced in a race"))
            }
            end(open, commit: true)
            if fails(3) { return answer(TransactionFailure(.retriable, reason: "answer lost"), after: 3_000) }
            answer(nil)
        }
    }

    private func abort(_ producer: Int, _ member: Member) {
        let process = member.process
        let (id, epoch) = (member.transactionalID(producer), member.epochs[producer])
        func answer(_ failure: TransactionFailure?, after delay: Int64? = nil) {
            deliver(to: member, process: process, after: delay ?? latency()) { [self] in
                note("\(member.name) abort: \(failure?.reason ?? "ok")")
                member.machine.aborted(failure, now: clock(member))
            }
        }
        after(latency()) { [self] in
            if isFrozen { return answer(TransactionFailure(.retriable, reason: "timed out"), after: 3_000) }
            if isFenced(id, epoch) { return answer(TransactionFailure(.fatal, reason: "fenced")) }
            if member.unknown.contains(producer) { return answer(TransactionFailure(.fatal, reason: "invalid transaction state")) }
            if let open = producers[id]?.transaction { end(open, commit: false) }
            if fails(3) { return answer(TransactionFailure(.retriable, reason: "answer lost"), after: 3_000) }
            if fails(1) { return answer(TransactionFailure(.fatal, reason: "abort failed")) }
            answer(nil)
        }
    }

    private func recover(_ member: Member) {
        let process = member.process
        after(dice.milliseconds(5...600)) { [self] in
            whenServed { [self] in
                guard member.process == process, member.isAlive else { return }
                member.epochs = (0...1).map { initialise(member.transactionalID($0)) }
                deliver(to: member, process: process, after: latency()) { [self] in
                    note("\(member.name) recovered")
                    member.machine.recovered()
                }
            }
        }
    }
}
