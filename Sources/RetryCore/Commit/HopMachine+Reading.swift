extension HopMachine {
    /// Records that the consumer fetched from `place`, in order.
    public mutating func fetched(_ place: TopicPartition, _ records: [KafkaRecord], now: Timestamp) {
        let (ahead, retention) = (readAhead, settings.retentions[place.topic])
        partitions[place]?.take(records, retention: retention, now: now, soon: now.advanced(by: ahead.time), room: ahead.room, &out)
        boundMemory()
    }

    /// The answer to ``HopAction/read(_:epoch:offsets:)``: `missing` are no longer in the log. What is in neither is asked for again.
    public mutating func reread(_ place: TopicPartition, epoch: Epoch, records: [KafkaRecord], missing: [Int64], now: Timestamp) {
        guard partitions[place]?.epoch == epoch else { return }
        let underWay = movesUnderWay(of: place)
        partitions[place]?.takeAgain(records, missing: missing, underWay: underWay, now: now, &out)
        boundMemory()
    }

    /// Asks for payloads that are due soon, and for those at a log's head that is to be cleaned; one request a partition.
    mutating func askForPayloads(now: Timestamp) {
        guard !isStopping else { return }
        var readAhead = readAhead
        for place in places {
            guard let epoch = partitions[place]?.epoch else { continue }
            var offsets = partitions[place]?.askForAbsent(now: now, readAhead, bound: settings.payloadBytes) ?? []
            if offsets.isEmpty {
                offsets =
                    partitions[place]?.headToClean(now: now, retention: settings.retentions[place.topic], bound: settings.payloadBytes)
                    ?? []
            }
            guard !offsets.isEmpty else { continue }
            partitions[place]?.isReading = true
            readAhead = self.readAhead
            out.ask(.read(place, epoch: epoch, offsets: offsets))
        }
    }

    private mutating func boundMemory() {
        while residentBytes > settings.payloadBytes {
            var (fullest, most): (TopicPartition?, Int) = (nil, 0)
            for place in places {
                guard let bytes = partitions[place]?.evictableBytes, bytes > most else { continue }
                (fullest, most) = (place, bytes)
            }
            guard let fullest else { return }
            partitions[fullest]?.queue.evictLaterHalf()
        }
    }
}
