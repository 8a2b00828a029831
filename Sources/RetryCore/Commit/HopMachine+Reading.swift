extension HopMachine {
    /// Records that the consumer fetched from `place`, in order.
    public mutating func fetched(_ place: TopicPartition, _ records: [KafkaRecord], now: Timestamp) {
        partitions[place]?.take(records, now: now, &out)
        boundMemory()
    }

    /// The answer to ``HopAction/read(_:epoch:offsets:)``: `missing` are no longer in the log. What is in neither is asked for again.
    public mutating func reread(_ place: TopicPartition, epoch: Epoch, records: [KafkaRecord], missing: [Int64], now: Timestamp) {
        guard partitions[place]?.epoch == epoch else { return }
        partitions[place]?.takeAgain(records, missing: missing, now: now, &out)
        boundMemory()
    }

    /// Asks for payloads that are due soon, and for those at a log's head that is to be cleaned; one request a partition.
    mutating func askForPayloads(now: Timestamp) {
        guard !isStopping else { return }
        for place in Array(partitions.keys) {
            guard let partition = partitions[place], partition.mayFire, !partition.isReading else { continue }
            let epoch = partition.epoch
            let room = settings.payloadBytes - settings.payloadBytes / 4 - residentBytes
            var offsets = partitions[place]?.askForAbsent(now: now, within: settings.readAhead, room: room) ?? []
            if offsets.isEmpty {
                offsets = partitions[place]?.headToClean(now: now, retention: settings.retentions[place.topic]) ?? []
            }
            guard !offsets.isEmpty else { continue }
            partitions[place]?.isReading = true
            out.ask(.read(place, epoch: epoch, offsets: offsets))
        }
    }

    private mutating func boundMemory() {
        while residentBytes > settings.payloadBytes {
            var (place, most): (TopicPartition?, Int) = (nil, 0)
            for partition in partitions.values where partition.queue.residentCount > 1 && partition.queue.residentBytes > most {
                (place, most) = (partition.place, partition.queue.residentBytes)
            }
            guard let place else { return }
            partitions[place]?.queue.evictLaterHalf()
        }
    }
}
