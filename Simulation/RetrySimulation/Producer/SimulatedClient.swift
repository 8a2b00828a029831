import RetryCore

/// An idempotent producer of librdkafka with `message.timeout.ms` 0, as it was measured: it sends again by itself, in order in each
/// partition, for ever; a purge reports what was never sent as not written, and leaves alone what is in flight.
final class SimulatedClient {
    struct Item {
        var slot: SendSlot
        var message: Int
        var time: Int64
    }

    final class Batch {
        let topic: Int
        let partition: Int
        let items: [Item]
        /// Its place in its partition.
        let order: Int
        /// Its sequence number, and the epoch in which it has it; -1 for none yet.
        var number = -1
        var epoch = -1
        /// Whether it may stand in the log.
        var isDoubtful = false
        var queuedAt: Int64 = 0
        /// Bumped when it is sent, or its connection breaks: what belongs to another attempt is not for it.
        var attempt = 0

        init(topic: Int, partition: Int, items: [Item], order: Int) {
            self.topic = topic
            self.partition = partition
            self.items = items
            self.order = order
        }
    }

    /// A partition's queue.
    final class Line {
        let topic: Int
        let partition: Int
        var fresh: [Item] = []
        var again: [Batch] = []
        var inFlight: [Batch] = []
        var epoch = 0
        var nextNumber = 0
        /// A sequence number will never be used: the epoch ends when nothing is in doubt.
        var needsEpoch = false
        var newEpochAt: Int64 = 0
        var batches = 0
        /// Requests on their way, by number, in the order in which they arrive.
        var underWay: [Int] = []
        var requests = 0
        /// Those that are there and wait for others before them.
        var arrived: [Int: () -> Void] = [:]
        var isPumped = false
        var isEmpty: Bool { fresh.isEmpty && again.isEmpty && inFlight.isEmpty }

        init(topic: Int, partition: Int) {
            self.topic = topic
            self.partition = partition
        }
    }

    unowned let world: ProducerWorld
    let number: Int
    private(set) var isFailed = false
    private(set) var isDestroyed = false
    var lines: [Line] = []
    private(set) var count = 0
    private enum Told { case report(SendSlot, SendVerdict), purged }

    private var reports: [Told] = []
    /// What the process does with a report, and with a fatal error.
    var onReport: (SendSlot, SendVerdict) -> Void = { _, _ in }
    var onPurged: () -> Void = {}
    var onReports: () -> Void = {}
    var onFailure: () -> Void = {}

    init(_ world: ProducerWorld) {
        self.world = world
        world.clients += 1
        number = world.clients
    }

    /// Takes a message; false if there is no room, or the instance has failed.
    func produce(_ item: Item, topic: Int, partition: Int) -> Bool {
        guard !isFailed, count < world.plan.clientCapacity else { return false }
        count += 1
        let line = line(topic, partition)
        line.fresh.append(item)
        pump(line, in: world.dice.milliseconds(0...4))
        return true
    }

    /// Reports what is not in flight, or everything.
    func purge(inFlight: Bool) {
        world.note("purge\(inFlight ? " of everything" : "")")
        world.statistics.purges += 1
        for line in lines {
            if inFlight {
                for batch in line.inFlight {
                    batch.attempt += 1
                    report(batch.items, .maybeWritten(.purged))
                }
                line.inFlight = []
            }
            for batch in line.again {
                line.needsEpoch = true
                report(batch.items, batch.isDoubtful ? .maybeWritten(.purged) : .notWritten(.purged))
            }
            report(line.fresh, .notWritten(.purged))
            // Those that are in flight behind it may still be refused, and are then sent again.
            let last = line.inFlight.flatMap(\.items).map(\.message).max() ?? -1
            for item in line.again.flatMap(\.items) + line.fresh { world.mayOvertake(item.message, last) }
            line.again = []
            line.fresh = []
        }
        tell([.purged])
    }

    /// A fatal error: it sends nothing any more.
    func fail() {
        guard !isFailed, !isDestroyed else { return }
        world.note("fatal error")
        isFailed = true
        world.after(world.dice.milliseconds(1...20)) { if !self.isDestroyed { self.onFailure() } }
    }

    /// What it sent may still arrive.
    func destroy() { isDestroyed = true }

    /// Whether all that it had was reported.
    var isDone: Bool { count == 0 && reports.isEmpty }

    /// Since when a message waits in it that is not in flight.
    func queuedSince(_ slot: SendSlot) -> Int64? {
        for line in lines {
            if let item = line.fresh.first(where: { $0.slot == slot }) { return item.time }
            if let batch = line.again.first(where: { $0.items.contains { $0.slot == slot } }) { return batch.queuedAt }
        }
        return nil
    }

    func line(_ topic: Int, _ partition: Int) -> Line {
        if let known = lines.first(where: { $0.topic == topic && $0.partition == partition }) { return known }
        lines.append(Line(topic: topic, partition: partition))
        return lines[lines.count - 1]
    }

    // MARK: Reports

    func report(_ items: [Item], _ verdict: SendVerdict) {
        guard !items.isEmpty else { return }
        count -= items.count
        tell(items.map { .report($0.slot, verdict) })
    }

    private func tell(_ told: [Told]) {
        let isFirst = reports.isEmpty
        reports += told
        if isFirst { world.after(world.dice.milliseconds(0...2)) { self.tellReports() } }
    }

    /// A process hears of some of them at a time.
    private func tellReports() {
        guard !isDestroyed else { return }
        let told = reports.prefix(world.dice.number(1...max(1, reports.count)))
        reports.removeFirst(told.count)
        for told in told {
            switch told {
            case .report(let slot, let verdict): onReport(slot, verdict)
            case .purged: onPurged()
            }
        }
        if !reports.isEmpty { world.after(world.dice.milliseconds(0...1)) { self.tellReports() } }
        onReports()
    }
}
