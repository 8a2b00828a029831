import RetryCore

extension ProducerWorld {
    func scheduleFaults() {
        for topic in cluster.topics where plan.missingTopics && dice.happens(50) {
            topic.exists = false
            after(dice.milliseconds(100...20_000)) { topic.exists = true }
        }
        let isFaulty = plan.faults > 0
        for broker in cluster.brokers.indices where isFaulty { scheduleOutage(broker) }
        if plan.repartitions {
            for topic in cluster.topics { after(dice.milliseconds(500...30_000)) { self.repartition(topic) } }
        }
        scheduleEach(plan.crashes, every: 9_000) { self.dice.happens(70) ? self.crash() : self.closeProcess(restarts: true) }
        scheduleEach(plan.fatal * 100, every: 12_000) { self.shell?.client.fail() }
    }

    /// Something that happens now and then, `percent` as often as `every` so many milliseconds.
    private func scheduleEach(_ percent: Double, every: Int, _ body: @escaping () -> Void) {
        guard percent > 0 else { return }
        after(dice.milliseconds(200...Int(Double(2 * every) * 100 / percent))) { [self] in
            guard !isQuiet else { return }
            body()
            scheduleEach(percent, every: every, body)
        }
    }

    private func scheduleOutage(_ broker: Int) {
        after(dice.milliseconds(100...Int(12_000 * 100 / max(1, plan.faults)) + 200)) { [self] in
            guard !isQuiet else { return }
            let length = dice.milliseconds(dice.happens(30) ? 3_000...20_000 : 50...3_000)
            if dice.happens(50) {
                note("broker \(broker) is away for \(length) ms")
                cluster.brokers[broker].downUntil = now + length
                cluster.brokers[broker].incarnation += 1
                shell?.client.disconnected(broker)
            } else {
                note("broker \(broker) is frozen for \(length) ms")
                cluster.brokers[broker].frozenUntil = max(cluster.brokers[broker].frozenUntil, now + length)
            }
            scheduleOutage(broker)
        }
    }

    private func repartition(_ topic: SimulatedCluster.Topic) {
        guard !isQuiet else { return }
        cluster.grow(topic, to: topic.partitions.count + dice.number(1...2))
        note("topic \(topic.name) has \(topic.partitions.count) partitions")
        statistics.repartitions += 1
        after(dice.milliseconds(1_000...20_000)) { self.repartition(topic) }
    }

    /// All faults end.
    func calmDown() {
        isQuiet = true
        note("faults end")
        for broker in cluster.brokers.indices {
            cluster.brokers[broker].downUntil = 0
        }
        for topic in cluster.topics { topic.exists = true }
    }

    /// With everything healthy nothing waits any more.
    func checkRest() {
        guard violation == nil else { return }
        guard let shell, shell.isAlive else { return violate("no process runs at the end") }
        shell.checkRest()
        let waiting = spool.records.count { !shell.kept.contains($0.number) }
        if waiting > 0 { violate("\(waiting) messages stay in the spool though all is healthy") }
    }

    /// What became of every message, once the last process is closed.
    func checkEnd() {
        guard violation == nil else { return }
        if let shell, shell.isAlive { return violate("closing does not end: \(shell.machine.count) messages") }
        for message in ledger.messages where violation == nil {
            if message.process == processes, message.ends == 0 { violate("#\(message.id) has not ended") }
            if message.callerEnd == .recovered(.spooled), message.copies == 0, message.spoolEnd == nil {
                violate("#\(message.id) was spooled and is lost")
            }
        }
    }
}
