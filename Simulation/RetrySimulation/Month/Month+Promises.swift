import RetryCore

/// What is promised of cleaning.
extension Month {
    /// The log between low-water mark and end is about as long as what waits allows, and as what brokers keep does.
    func measure(_ place: TopicPartition) {
        guard let log = world.logs[place], var watch = watched[place] else { return }
        let came = log.end - watch.end
        watch.look(at: log, world.ledger)
        watched[place] = watch
        let lowWater = world.group.committed[place]?.offset ?? 0
        let span = log.end - lowWater
        let bytes = watch.bytes(from: lowWater)
        let age = watch.open.isEmpty ? 0 : log[lowWater].map { world.now - $0.timestamp } ?? 0
        world.note("month: \(place) spans \(span) offsets, \(bytes) bytes and \(age / 1_000) s; \(watch.open.count) wait")
        statistics.take(waiting: watch.open.count, span: span, bytes: bytes, age: age)
        // After a restart there is something to catch up with.
        guard world.now > lastRestart + 2 * Self.hour else { return }
        let cleaning = world.plan.cleaning
        // A chunk is written before that much came in. Of what came since it was measured before, some may have gone already.
        let slack = cleaning.slack + cleaning.span * Int64(cleaning.chunk) + came
        // Whoever comes anew does not know what has come in, and all that waits may stand at the head: it is passed as more comes.
        let factor = 2 * cleaning.span - 1
        let most = factor * watch.mostWaiting + slack
        // Where those that wait are larger than others, their bytes count.
        let mostBytes = Int(factor) * watch.mostBytes + Int(slack) * (statistics.bytesIn / statistics.records)
        if span > most, bytes > mostBytes {
            world.violate("\(place) spans \(span) offsets and \(bytes) bytes, more than \(most) and \(mostBytes)")
        }
        if let retention = plan.retention, age > retention / 2 + 2 * Self.hour {
            world.violate("\(place): the head is \(age / Self.hour) hours old, of \(retention / Self.hour) that brokers keep it")
        }
    }

    /// All that came in has gone, once, and little was written for that.
    func checkEnd() {
        for (id, item) in world.ledger.items.enumerated().dropFirst() where item.seen != 1 {
            world.violate("#\(id) was seen \(item.seen) times")
        }
        let lost = world.members.reduce(0) { $0 + $1.machine.account.lost }
        if lost > 0 { world.violate("the accounts say that \(lost) were lost") }
        world.checkEnd(settled: world.begin)
        var seen: Set<Int> = []
        for log in world.retryPlaces.compactMap({ world.logs[$0] }) {
            for entry in (0..<log.end).compactMap(log.entryEverWritten) where entry.isVisible {
                guard let record = entry.record else { continue }
                let bytes = WatchedLog.bytes(of: record)
                if entry.id == 0 {
                    statistics.markerBytes += bytes
                } else if !seen.insert(entry.id).inserted {
                    statistics.cleaned += 1
                    statistics.bytesCleaned += bytes
                }
            }
        }
        checkWritten()
    }

    /// What cleaning adds to a record's headers at the most, in bytes: its group, its count of retries and when it is due.
    private static let growth = 100

    private func checkWritten() {
        let written = statistics.bytesCleaned + statistics.markerBytes
        let ratio = Double(written) / Double(max(1, statistics.bytesIn))
        if plan.keepsLongest {
            statistics.mostWritten = ratio
            if ratio >= 2 { world.violate("\(written) bytes were written again for \(statistics.bytesIn) that came in") }
        } else {
            statistics.mostWrittenOfAged = ratio
        }
        // A third of all that is read, a record more for each owner, and each record as often as it grows too old.
        let items = world.ledger.items.dropFirst()
        let largest = items.reduce(0) { max($0, $1.bytes) } + Self.growth
        let owners = world.retryPlaces.count * (world.plan.members + 3 * statistics.restarts)
        let long = (statistics.bytesIn + written) / Int(world.plan.cleaning.span - 1) + largest * owners
        let aged = zip(items, delays.dropFirst()).reduce(0) { $0 + plan.agings(delay: $1.1) * ($1.0.bytes + Self.growth) }
        if statistics.bytesCleaned > long + aged {
            world.violate("cleaning wrote \(statistics.bytesCleaned) bytes, more than \(long) of long logs and \(aged) of old heads")
        }
    }
}
