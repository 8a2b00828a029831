extension HopMachine {
    /// The answer to ``HopAction/produce(_:)`` of a batch with this number, once every record has its delivery report.
    public mutating func produced(_ report: ProduceReport, of number: Int, now: Timestamp) {
        guard ahead?.batch.number != number else {
            ahead?.report = report
            return
        }
        guard case .producing(var batch) = transaction, batch.number == number else { return }
        if let failure = report.failure, failure.disposition == .fatal { return recover(batch, failure, report) }
        let isTold = batch.takeOffsets(from: report)
        let stands = stands(batch) && !batch.isVoid
        if report.isClean, isTold, stands { return sendOffsets(batch) }
        suspectTargets(of: batch, report, now: now)
        switch settings.delivery {
        case .exactlyOnce:
            abort(
                batch, report,
                because: report.reason
                    ?? (stands
                        ? "the broker did not tell where a marker was written"
                        : batch.isVoid ? "the batch before it was aborted" : "a partition left meanwhile"))
        case .atLeastOnce: split(batch, report, now: now)
        }
    }

    /// The answer to ``HopAction/sendOffsets(_:batch:)``.
    public mutating func offsetsSent(_ failure: TransactionFailure?, now: Timestamp) {
        guard case .sendingOffsets(let batch) = transaction else { return }
        guard let failure else {
            guard settings.delivery == .exactlyOnce else { return applied(batch) }
            guard stands(batch) else { return abort(batch, ProduceReport(), because: "a partition left meanwhile") }
            transaction = .committing(batch)
            return out.ask(.commit(producer: batch.producer))
        }
        if failure.cause == .metadataTooLarge { metadataCapacity = min(metadataCapacity, max(metadataCapacity / 2, Self.leastCapacity)) }
        switch (failure.disposition, settings.delivery) {
        // A commit after send_offsets failed would succeed without the offsets (measured): the same call again, nothing else.
        case (.retriable, _): out.ask(.sendOffsets(batch.commits, batch: batch))
        case (.fatal, _): recover(batch, failure)
        case (.abortable, .exactlyOnce): abort(batch, ProduceReport(), because: failure.reason)
        // What was written stays written; only its progress goes into the next batch.
        case (.abortable, .atLeastOnce): split(batch, ProduceReport(), now: now)
        }
    }

    /// The answer to ``HopAction/commit``.
    public mutating func committed(_ failure: TransactionFailure?) {
        guard case .committing(let batch) = transaction else { return }
        switch failure?.disposition {
        case nil: applied(batch)
        case .retriable: out.ask(.commit(producer: batch.producer))
        case .abortable: abort(batch, ProduceReport(), because: failure?.reason ?? "")
        case .fatal: recover(batch, failure)
        }
    }

    /// The answer to ``HopAction/abort``.
    public mutating func aborted(_ failure: TransactionFailure?, now: Timestamp) {
        guard case .aborting(let batch, let report, let reason) = transaction else { return }
        switch failure?.disposition {
        case nil: giveBack(batch, report, now: now, because: reason)
        case .retriable: out.ask(.abort(producer: batch.producer))
        case .abortable, .fatal: recover(batch, failure, report)
        }
    }

    /// The answer to ``HopAction/recover``: what the old producers left open has been ended, one way or the other.
    public mutating func recovered() {
        guard case .recovering = transaction else { return }
        transaction = .idle
        // One that is being restored since an earlier recovery is not asked for twice: of two answers the older could come last.
        for place in places where partitions[place]?.unresolved != nil && partitions[place]?.phase != .restoring { restoreAgain(place) }
    }

    /// Less metadata than this is of no use: it holds the owner's name and a marker's place.
    private static var leastCapacity: Int { 300 }

    // MARK: - Steps

    private mutating func sendOffsets(_ batch: HopBatch) {
        var batch = batch
        for (place, part) in batch.parts {
            let saved = partitions[place]?.progress.saved(part.candidate, owner: settings.owner, markerOffset: part.markerOffset)
            batch.parts[place]?.commit = saved.map {
                ProgressCommit(partition: place, offset: part.candidate.lowWater, metadata: $0.metadata)
            }
        }
        transaction = .sendingOffsets(batch)
        out.ask(.sendOffsets(batch.commits, batch: batch))
    }

    private mutating func abort(_ batch: HopBatch, _ report: ProduceReport, because reason: String) {
        transaction = .aborting(batch, report, reason: reason)
        out.ask(.abort(producer: batch.producer))
    }

    private mutating func applied(_ batch: HopBatch) {
        transaction = .idle
        failures = 0
        if !suspectTargets.isEmpty { suspectTargets.clear(batch.targets.union(batch.parts.filter { $1.markerIndex != nil }.keys)) }
        for (place, part) in batch.parts.sorted(by: { $0.key < $1.key }) { partitions[place]?.apply(part, &out) }
        goOn(isVoid: false, now: lastAsked)
    }

    /// The batch before has ended, and the one that was written meanwhile goes on. It is of no use if its progress builds on what was not
    /// committed.
    private mutating func goOn(isVoid: Bool, now: Timestamp) {
        guard let next = ahead else { return }
        ahead = nil
        var batch = next.batch
        batch.isVoid = isVoid
        transaction = .producing(batch)
        if let report = next.report { produced(report, of: batch.number, now: now) }
    }

    /// The outcome is unknown. It is known again when the producers are made anew and the saved progress is read.
    /// Where it turns out that nothing was written, `report` tells whose fault that was: a broker that refused all that a transaction
    /// should hold knows nothing of it, and calls its abort fatal too (measured).
    private mutating func recover(_ batch: HopBatch, _ failure: TransactionFailure?, _ report: ProduceReport = ProduceReport()) {
        rest(now: lastAsked, afterRefusal: false)
        transaction = .recovering
        if let (batch, _) = ahead {
            // It was never to be committed, and no batch begins before the producers are new, which ends it for good.
            for (place, part) in standing(batch) { partitions[place]?.requeue(part.moves, of: batch.number) }
            ahead = nil
        }
        for (place, part) in standing(batch) {
            var unresolved = part
            unresolved.report = report
            partitions[place]?.unresolved = unresolved
        }
        let reasons = [failure?.reason, report.failure == nil ? report.reason : nil].compactMap(\.self)
        out.tell(.recovering(reason: reasons.joined(separator: "; after ")))
        out.ask(.recover)
    }

    /// A transaction that failed without a reason may have had a target that must not be written to, or one that does not answer.
    private mutating func suspectTargets(of batch: HopBatch, _ report: ProduceReport, now: Timestamp) {
        if settings.delivery == .exactlyOnce { suspectTargets.isolate(batch.targets(unavailableIn: report), now: now) }
        guard report.failed.isEmpty else {
            let (failed, isAnyWritten) = batch.targets(failedIn: report)
            let atFault = suspectTargets.fail(failed, others: isAnyWritten, now: now)
            func troubles(_ partitions: Set<TopicPartition>) -> (count: Int, reason: String) {
                let found = report.failed.filter { partitions.contains(batch.records[$0.key].target) }
                return (found.count, found.first?.value ?? "")
            }
            for partition in atFault {
                let (count, reason) = troubles([partition])
                out.tell(.unavailable(partition.description, count: count, reason: reason))
            }
            // Where nobody is at fault, who is on call still wants to know which targets do not answer.
            if atFault.isEmpty, !failed.isEmpty {
                if batch.hasMovesWithoutTargets { suspectTargets.isolate(failed, now: now) }
                let (count, reason) = troubles(failed)
                out.tell(.unanswered(failed.sorted(), count: count, reason: reason))
            }
            return
        }
        guard report.isUnexplained else { return }
        guard let topic = suspectTargets.fail(batch.topics(purgedIn: report), now: now) else { return }
        let markers = Set(batch.markerIndices.map { batch.records[$0].target.topic }).sorted()
        let topics = ([topic] + markers).joined(separator: " and, for progress, ")
        out.tell(
            .unavailable(topic, count: report.purged.count, reason: "a transaction that wrote to \(topics) failed: \(report.reason ?? "")"))
    }

    /// A marker that the broker refuses for itself is too large: fewer records are completed at a time from now on.
    private mutating func heedRefusedMarkers(_ batch: HopBatch, _ report: ProduceReport) -> Bool {
        let isRefused = batch.parts.contains { place, part in
            guard let index = part.markerIndex, report.refused[index] != nil else { return false }
            return !zip(part.moves, part.recordIndices).contains { move, index in
                move.output?.target == place && index.map { report.refused[$0] != nil } ?? false
            }
        }
        guard isRefused else { return false }
        metadataCapacity = min(metadataCapacity, max(metadataCapacity / 2, Self.leastCapacity))
        batchLimit.records = max(1, batchLimit.records / 2)
        return true
    }

    /// Nothing of the batch was written: outcomes of partitions that are still this member's go into the next one.
    private mutating func giveBack(_ batch: HopBatch, _ report: ProduceReport, now: Timestamp, because reason: String) {
        rest(now: now, afterRefusal: !heedRefusedMarkers(batch, report) && !report.refused.isEmpty)
        out.tell(.aborted(reason: reason))
        for (place, part) in standing(batch) {
            _ = partitions[place]?.giveBack(part, report, of: batch.number, keepingWritten: false, now: now, &out)
        }
        goOn(isVoid: true, now: now)
    }

    /// At least once: what was written stays, and its progress is saved at once if it was the records that gave trouble; the rest
    /// goes into the next batch.
    private mutating func split(_ batch: HopBatch, _ report: ProduceReport, now: Timestamp) {
        rest(now: now, afterRefusal: !heedRefusedMarkers(batch, report) && !report.refused.isEmpty)
        var parts: [TopicPartition: HopBatch.Part] = [:]
        for (place, part) in standing(batch) {
            guard let written = partitions[place]?.giveBack(part, report, of: batch.number, keepingWritten: true, now: now, &out),
                !written.isEmpty
            else {
                continue
            }
            let refusedMarker = part.markerIndex.flatMap { report.trouble(at: $0) }
            if let refusedMarker { out.tell(.unavailable(place.description, count: 1, reason: "a completion marker: \(refusedMarker)")) }
            if report.isClean || refusedMarker != nil {
                // The marker is written again after a while.
                partitions[place]?.requeue(written, of: batch.number)
            } else {
                parts[place] = self.part(of: place, written)
            }
        }
        guard !parts.isEmpty else { return }
        lastBatch += 1
        let batch = HopBatch(number: lastBatch, parts: parts)
        transaction = .producing(batch)
        out.ask(.produce(batch))
    }

    /// The parts whose partitions stayed with this member since the batch was closed; the others' outcomes are dropped.
    private mutating func standing(_ batch: HopBatch) -> [(TopicPartition, HopBatch.Part)] {
        for (place, part) in batch.parts where partitions[place]?.epoch != part.epoch { partitions[place]?.isIncomplete = true }
        return batch.parts.filter { partitions[$0]?.epoch == $1.epoch }.sorted { $0.key < $1.key }
    }

    private func stands(_ batch: HopBatch) -> Bool { batch.parts.allSatisfy { partitions[$0]?.epoch == $1.epoch } }

    mutating func rest(now: Timestamp, afterRefusal: Bool) {
        transaction = .idle
        guard !afterRefusal else { return }
        failures += 1
        notBefore = now.advanced(by: settings.failurePause / 10 * (1 << min(failures, 6)))
    }
}
