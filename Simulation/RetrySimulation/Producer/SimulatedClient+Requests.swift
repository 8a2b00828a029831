import RetryCore

extension SimulatedClient {
    func pump(_ line: Line, in delay: Int64) {
        guard !line.isPumped else { return }
        line.isPumped = true
        world.after(delay) {
            line.isPumped = false
            self.send(line)
        }
    }

    private func send(_ line: Line) {
        guard !isFailed, !isDestroyed else { return }
        let topic = world.cluster.topics[line.topic]
        let broker = world.cluster.brokers[topic.partitions[line.partition].broker]
        if line.fresh.isEmpty, line.again.isEmpty { return }
        guard broker.downUntil <= world.now, topic.exists else { return pump(line, in: world.dice.milliseconds(50...500)) }
        if line.needsEpoch, line.inFlight.isEmpty, !line.again.contains(where: \.isDoubtful) {
            if line.newEpochAt == 0 { line.newEpochAt = world.now + world.dice.milliseconds(20...60) }
            guard line.newEpochAt <= world.now else { return pump(line, in: line.newEpochAt - world.now) }
            line.needsEpoch = false
            line.newEpochAt = 0
            line.epoch += 1
            line.nextNumber = 0
        }
        while line.inFlight.count < 5, let batch = nextBatch(line) { request(batch, line) }
    }

    private func nextBatch(_ line: Line) -> Batch? {
        if line.needsEpoch {
            // What is in doubt is sent again under its number; all else waits for the new epoch.
            guard let index = line.again.firstIndex(where: \.isDoubtful) else { return nil }
            return line.again.remove(at: index)
        }
        if !line.again.isEmpty { return line.again.removeFirst() }
        guard !line.fresh.isEmpty else { return nil }
        let items = Array(line.fresh.prefix(world.plan.batch))
        line.fresh.removeFirst(items.count)
        line.batches += 1
        return Batch(topic: line.topic, partition: line.partition, items: items, order: line.batches)
    }

    private func request(_ batch: Batch, _ line: Line) {
        if batch.number < 0 || batch.epoch != line.epoch {
            batch.epoch = line.epoch
            batch.number = line.nextNumber
            line.nextNumber += 1
        }
        batch.attempt += 1
        line.inFlight.append(batch)
        line.inFlight.sort { $0.order < $1.order }
        let (attempt, epoch, number) = (batch.attempt, batch.epoch, batch.number)
        let broker = world.cluster.topics[line.topic].partitions[line.partition].broker
        let incarnation = world.cluster.brokers[broker].incarnation
        line.requests += 1
        let request = line.requests
        line.underWay.append(request)
        let latency = world.fails(3) ? world.dice.milliseconds(50...3_000) : world.dice.milliseconds(1...6)
        world.after(latency) {
            self.arrive(request, batch, line, attempt: attempt, epoch: epoch, number: number, broker: broker, incarnation: incarnation)
        }
        world.after(world.plan.requestTimeout) {
            guard batch.attempt == attempt, line.inFlight.contains(where: { $0 === batch }) else { return }
            self.world.note("a request is not answered")
            self.disconnected(broker)
        }
    }

    private func arrive(
        _ request: Int, _ batch: Batch, _ line: Line, attempt: Int, epoch: Int, number: Int, broker: Int, incarnation: Int
    ) {
        let again = {
            self.arrive(request, batch, line, attempt: attempt, epoch: epoch, number: number, broker: broker, incarnation: incarnation)
        }
        let state = world.cluster.brokers[broker]
        let isGone = state.incarnation != incarnation
        if !isGone {
            if state.frozenUntil > world.now { return world.after(state.frozenUntil - world.now, again) }
            // What was sent first arrives first, on whatever connection.
            if line.underWay.first != request { return line.arrived[request] = again }
        }
        line.underWay.removeAll { $0 == request }
        defer { if let next = line.underWay.first, let arrive = line.arrived.removeValue(forKey: next) { arrive() } }
        if isGone { return }
        let answer = world.cluster.handle(batch, of: self.number, epoch: epoch, number: number, in: world)
        let isLost = world.fails(3)
        world.after(world.dice.milliseconds(1...6)) {
            guard batch.attempt == attempt, !self.isFailed, !self.isDestroyed else { return }
            if isLost { return self.disconnected(broker) }
            self.answered(batch, line, answer)
        }
    }

    private func answered(_ batch: Batch, _ line: Line, _ answer: SimulatedCluster.Answer) {
        line.inFlight.removeAll { $0 === batch }
        batch.attempt += 1
        switch answer {
        case .written: report(batch.items, .delivered)
        case .refused(let failure):
            // Its sequence number is missing: the broker takes none behind it before the next epoch.
            line.needsEpoch = true
            // Those that are in flight behind it are sent again under the next epoch.
            let last = line.inFlight.flatMap(\.items).map(\.message).max() ?? -1
            for item in batch.items { world.mayOvertake(item.message, last) }
            // Its attempts from before were not written either, which nobody is told.
            report(batch.items, batch.isDoubtful ? .maybeWritten(failure) : .notWritten(failure))
        case .outOfOrder, .stale:
            line.needsEpoch = true
            batch.isDoubtful = false
            requeue([batch], line)
        }
        pump(line, in: world.dice.milliseconds(0...2))
    }

    /// The connection to a broker breaks: what was in flight may have been written.
    func disconnected(_ broker: Int) {
        for line in lines where world.cluster.topics[line.topic].partitions[line.partition].broker == broker && !line.inFlight.isEmpty {
            guard !isFailed else { continue }
            let lost = line.inFlight
            line.inFlight = []
            for batch in lost {
                batch.attempt += 1
                batch.isDoubtful = true
            }
            requeue(lost, line)
            pump(line, in: world.dice.milliseconds(1...200))
        }
    }

    private func requeue(_ batches: [Batch], _ line: Line) {
        for batch in batches { batch.queuedAt = world.now }
        line.again += batches
        line.again.sort { $0.order < $1.order }
    }
}
