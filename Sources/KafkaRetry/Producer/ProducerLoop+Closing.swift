import RDKafka
import RetryCore

/// How a producer ends: once all that it accepted is accounted for, and in any case in time.
extension ProducerLoop {
    /// How long no broker has to answer until nothing is waited for that stands in the spool anyway.
    private static let awayPatience: Int64 = 1_000
    /// And until messages that were never sent go to the spool though their deadlines have not passed.
    private static let longerAwayPatience: Int64 = 5_000

    /// How long after the time is up what was given up then may still be answered about.
    static let grace: Duration = .milliseconds(50)
    /// From then on nothing is waited for; telling of it takes time, too.
    private var hardLimit: Int64 {
        guard limit < .max else { return .max }
        return limit + Self.grace.roundedUpMilliseconds - min((limit - givesUpAt) / 2, Int64(machine.count / 500))
    }

    mutating func finish(by instant: ContinuousClock.Instant) {
        if !isFinishing { finishingSince = now }
        isFinishing = true
        limit = min(limit, start.duration(to: instant).roundedUpMilliseconds)
    }

    /// Whether nothing is left to be done, or time is up.
    var isDone: Bool {
        guard isFinishing else { return false }
        if hasGivenUp, now >= hardLimit { return true }
        // Whoever was let in is about to submit.
        guard machine.count == 0, storing.isEmpty, links.gate.used == 0 else { return false }
        return hasGivenUp || !(replay.mayHaveMore && links.spoolJobs != nil)
    }

    /// When the closing goes on though nothing comes.
    func closingMoment(now: Int64) -> Int64 {
        guard isFinishing, limit < .max else { return .max }
        // Whether waiting is in vain is looked at now and again.
        return max(now + 1, hasGivenUp ? hardLimit : min(givesUpAt, links.spoolJobs == nil ? .max : now + 100))
    }

    /// Handing over to recovery what has not ended takes time, which is part of the limit: half of it at most.
    private var givesUpAt: Int64 {
        guard limit < .max else { return .max }
        let perMillisecond = links.spoolJobs == nil ? 500 : 50
        return limit - min((limit - finishingSince) / 2, 100 + Int64(machine.count / perMillisecond))
    }

    mutating func giveUpInTime() {
        guard isFinishing, !hasGivenUp else { return }
        if now >= givesUpAt || isOnlyWaitingForTheCluster || mayBeSpooledAtOnce { giveUp() }
    }

    private func isAway(for patience: Int64) -> Bool { awaySince.map { now - $0 >= patience } ?? false }

    /// Whether waiting is in vain and nothing that was sent would be sent twice.
    private var mayBeSpooledAtOnce: Bool {
        let isLastResort = configuration.recovery.map { $0.contains { $0 is SpoolRecovery } } ?? true
        return links.spoolJobs != nil && isLastResort && machine.handed == 0 && isAway(for: Self.longerAwayPatience)
    }

    /// Whether all is accounted for, what it still has stands in the spool, and nothing of that arrives.
    private var isOnlyWaitingForTheCluster: Bool {
        guard links.spoolJobs != nil, machine.holdsOnlySpooled, storing.isEmpty else { return false }
        let stall = configuration.breaker.stall.roundedUpMilliseconds
        guard isAway(for: Self.awayPatience) || replay.failures > 0 || now - max(finishingSince, arrivedAt) >= stall else { return false }
        return links.gate.used == pending.reduce(0) { $0 + $1.bytes }
    }

    mutating func giveUp() {
        guard !hasGivenUp else { return }
        hasGivenUp = true
        links.appends?.waitNoLonger()
        machine.close(now: now)
        try? producer.purge(inFlight: true)
        work()
    }

    /// Time is up: what recovery and spool have not answered about is told so.
    mutating func abandonRest() {
        guard machine.count > 0 || !storing.isEmpty || links.gate.used > 0 else { return }
        // What neither has begun with from here on they will not do.
        links.appends?.stop()
        let untouched = links.recoveries.stop()
        for input in links.inputs.take(timeout: .zero) ?? [] { take(input) }
        for item in untouched { machine.recovered(item.slot, nil, cause: .closed, now: now) }
        tell(machine.abandon())
        for (index, (records, submission)) in storing.enumerated() {
            account.read += records.count
            // Only the first of them may have been begun with.
            if index == 0 { account.ambiguous += records.count } else { account.failed += records.count }
            let failure = SendError(
                index == 0 ? .ambiguous : .notWritten, .closed, "the spool had not taken it when the producer was closed")
            submission.reply.end(records.indices.map { ($0, .failure(failure)) })
        }
        storing = []
    }

    // MARK: Whether the cluster is there

    private var isWaiting: Bool { machine.count > 0 || replay.mayHaveMore }

    /// librdkafka says it once, when the last connection is lost: at once if something waits then. Otherwise it may be an idle connection that
    /// was closed, and what comes later waits a while for an answer first.
    mutating func noteAway(_ error: RDKafkaError) {
        unreachable = error
        if isWaiting { tellAway(error) }
    }

    mutating func heedAway() {
        guard let unreachable, !isAwayTold else { return }
        guard isWaiting else { return awaySince = nil }
        if awaySince == nil { awaySince = now }
        if isAway(for: Self.awayPatience) { tellAway(unreachable) }
    }

    /// When that has to be looked at though nothing comes.
    func awayMoment(now: Int64) -> Int64 {
        guard unreachable != nil, !isAwayTold, isWaiting else { return .max }
        return max(now + 1, (awaySince ?? now) + Self.awayPatience)
    }

    private mutating func tellAway(_ error: RDKafkaError) {
        if awaySince == nil { awaySince = now }
        guard !isAwayTold else { return }
        isAwayTold = true
        log.warning("no broker answers: messages wait for their deadlines", [.error: LogValue(error)])
    }

    mutating func noteAnswer() {
        if isAwayTold { log.notice("a broker answers again") }
        (unreachable, awaySince, isAwayTold) = (nil, nil, false)
    }
}
