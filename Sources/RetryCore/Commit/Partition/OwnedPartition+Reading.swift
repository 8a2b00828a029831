extension OwnedPartition {
    /// Takes in records that the consumer fetched, in order, of a topic whose brokers keep them for `retention`. Those that are due before
    /// `soon` would have to be read again at once: they are kept, whatever was dropped before, as far as `room` goes.
    mutating func take(
        _ records: [KafkaRecord], retention: Duration?, now: Timestamp, soon: Timestamp, room: Int, _ out: inout Outbox
    ) {
        let interval = noteInterval(retention)
        var room = room
        for record in records {
            guard isConsumed, !isSeeking else { return }
            take(record, noteInterval: interval, now: now, soon: soon, room: &room, &out)
        }
    }

    private mutating func take(
        _ record: KafkaRecord, noteInterval: Duration, now: Timestamp, soon: Timestamp, room: inout Int, _ out: inout Outbox
    ) {
        if case .catchingUp(let marker) = phase, record.offset >= marker.offset {
            if record.offset == marker.offset { markers[record.offset] = CompletionMarker(record, group: group) }
            guard restore(from: marker) else { return startAnew(at: logStart, waited: 0, &out) }
            announce(marker: true, kept: false, &out)
        }
        let isOpen = progress.see(record.offset)
        if !cleaning.unread.isEmpty { cleaning.unread.removeAll(below: progress.position) }
        if !isSource {
            note(record.timestamp.map { min($0, now) }, at: record.offset, interval: noteInterval)
            cleaning.count(record.contentSize, at: record.offset)
        }
        if case .catchingUp = phase, case .marker = planner.arrival(of: record, now: now) {
            // Markers are read even where they are known to be done: one names the one before it.
            markers[record.offset] = CompletionMarker(record, group: group)
        }
        guard isOpen else { return }
        guard !isSource else {
            // Due at once, and so in the order of offsets.
            return queue.insert(offset: record.offset, due: .distantPast, payload: record, size: record.residentSize)
        }
        switch planner.arrival(of: record, now: now) {
        case .due(.distantPast) where handling != nil && !planner.isDeadLetter(record, now: now):
            queue.insert(offset: record.offset, due: .leastDue, payload: record, size: record.residentSize)
        case .due(let due):
            let size = record.residentSize
            let isKept = due < soon && size <= room
            if isKept { room -= size }
            queue.insert(offset: record.offset, due: due, payload: record, size: size, isKept: isKept)
        case .passedOver:
            out.account.passedOver += 1
            progress.complete(record.offset)
        case .marker:
            progress.complete(record.offset)
        }
    }

    /// Takes in what a marker says is done, and what the markers before it say. False if one that should be there is not.
    private mutating func restore(from marker: MarkerReference) -> Bool {
        // Markers below the low-water mark, or deleted with all that they speak of, are not needed.
        let start = max(saved?.offset ?? 0, logStart)
        var next: MarkerReference? = marker
        while let named = next, named.offset >= start {
            guard let found = markers[named.offset], found.id == named.id, let runs = found.runs else { return false }
            progress.complete(runs.runs)
            next = found.previous
        }
        markers = [:]
        queue.removeAll(where: progress.isDone)
        return true
    }

    // MARK: - Reading again

    /// The soonest due records whose payloads are missing and should be here, as many as may be read ahead.
    mutating func askForAbsent(now: Timestamp, _ ahead: ReadAhead, bound: Int) -> [Int64] {
        guard mayFire, nextRead(ahead) <= now, let due = queue.nextAbsentDue else { return [] }
        let size = payloadSize
        // Only what is due before all that is kept may displace it: what is due already may stay for long, if handlers take long.
        let displaces = due <= now.advanced(by: ahead.urgentTime) && isDueBeforeAllKept(due)
        let limit = max(displaces ? min(Self.urgentRead, max(1, bound / 2 / size)) : 0, mayRead(ahead) / size)
        while queue.nextAbsentDue != nil {
            // What was done some other way meanwhile is forgotten.
            let asked = queue.askForAbsent(limit: limit).filter { !progress.isDone($0) || !queue.remove(offset: $0) }
            if !asked.isEmpty { return asked }
        }
        return []
    }

    private static let urgentRead = 100

    /// Takes in records that were read again; `missing` are no longer in the log.
    mutating func takeAgain(
        _ records: [KafkaRecord], missing: [Int64], underWay: [Move], now: Timestamp, _ out: inout Outbox
    ) {
        var readBytes = 0
        for record in records {
            _ = queue.present(offset: record.offset, payload: record, size: record.residentSize)
            readBytes += record.residentSize
        }
        if !records.isEmpty { readSize = readBytes / records.count }
        clean(records, underWay: underWay, now: now)
        let lost = missing.filter { queue.remove(offset: $0) && !progress.isDone($0) }
        if let first = lost.first, let last = lost.last {
            for offset in lost { progress.complete(offset) }
            out.account.lost += Int64(lost.count)
            out.tell(.lost(place, count: Int64(lost.count), from: first, to: last + 1))
        }
        // Whatever was neither read nor missing is asked for again.
        queue.giveUpAsking()
        isReading = false
    }

    /// Remembers when records were written, so that it is known how old the head is.
    private mutating func note(_ timestamp: Timestamp?, at offset: Int64, interval: Duration) {
        guard let timestamp else { return }
        if let last = written.last, timestamp < last.time.advanced(by: interval) { return }
        written.append((offset, timestamp))
    }
}
