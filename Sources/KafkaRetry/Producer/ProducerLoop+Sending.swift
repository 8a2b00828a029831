import RDKafka
import RetryCore

/// What the machine wants done.
extension ProducerLoop {
    mutating func work() {
        while true {
            let work = machine.next(now: now)
            if work.isEmpty { return }
            tell(work.ends)
            send(work.sends)
            if !work.recoveries.isEmpty { links.recoveries.post(work.recoveries.compactMap { item($0) }) }
            if work.takesBack {
                // Returns when all of it is reported.
                try? producer.purge(inFlight: false)
                collectReports()
                machine.tookBack()
            }
            for (topic, isOpen) in work.breakers {
                let name = machine.name(ofTopic: topic)
                if isOpen {
                    log.warning("nothing arrives: messages are kept back", [.topic: .string(name)])
                } else {
                    log.notice("messages arrive again", [.topic: .string(name)])
                }
            }
            if work.renewsInstance {
                isRenewing = true
                try? producer.purge(inFlight: true)
            }
        }
    }

    /// Hands messages to librdkafka, in order; small ones that follow each other in a lane together.
    mutating func send(_ sends: [ProducerWork.Send]) {
        guard !sends.isEmpty else { return }
        links.board.epochs.handsOver(machine.newestHanded)
        var (topic, partition) = (-1, Int32(-1))
        for (index, next) in sends.enumerated() {
            let slot = next.slot
            let send = pending[slot.index]
            guard !send.isFree else { continue }
            let (itsTopic, itsPartition) = (next.topic, next.partition ?? -1)
            let size = submissions.contentSize(send)
            let isSmall = RDKafkaRecordBatch.admits(byteCount: size) && !submissions.hasHeaders(send)
            if !isSmall || topic != itsTopic || partition != itsPartition || !batch.hasRoom(byteCount: size) {
                guard handOverBatch(topic, partition) else { return notTaken(sends[index...].map(\.slot)) }
                (topic, partition) = (itsTopic, itsPartition)
            }
            guard isSmall else {
                do throws(RDKafkaError) { try produce(send, topic, partition, token: slot.index) } catch {
                    guard error.code != .queueFull else { return notTaken(sends[index...].map(\.slot)) }
                    refused(slot, error)
                }
                continue
            }
            batch.append(
                key: submissions[send].records[Int(send.index)].key, value: submissions[send].records[Int(send.index)].value,
                token: slot.index)
        }
        _ = handOverBatch(topic, partition)
    }

    /// False if librdkafka has no room for more.
    private mutating func handOverBatch(_ topic: Int, _ partition: Int32) -> Bool {
        guard !batch.isEmpty else { return true }
        var refusals: [(slot: SendSlot, error: RDKafkaError)] = []
        do throws(RDKafkaError) {
            let handle = try handle(topic)
            producer.produce(&batch, to: handle, partition: partition) { refusals.append((SendSlot($0), $1)) }
        } catch {
            refusals = batch.removeAll().map { (SendSlot($0), error) }
        }
        for (slot, error) in refusals where error.code != .queueFull { refused(slot, error) }
        let untaken = refusals.filter { $0.error.code == .queueFull }
        notTaken(untaken.map(\.slot))
        return untaken.isEmpty
    }

    private mutating func produce(
        _ send: PendingSend, _ topic: Int, _ partition: Int32, token: Int
    ) throws(RDKafkaError) {
        let handle = try handle(topic)
        let record = submissions.record(send)
        var headers = RDKafkaHeaders(record.headers)
        try producer.produce(to: handle, partition: partition, key: record.key, value: record.value, headers: &headers, token: token)
    }

    private mutating func handle(_ topic: Int) throws(RDKafkaError) -> RDKafkaTopic {
        if let known = handles[topic] { return known }
        let made = try producer.topic(machine.name(ofTopic: topic))
        handles[topic] = made
        return made
    }

    private mutating func notTaken(_ slots: [SendSlot]) {
        for slot in slots { machine.notTaken(slot, now: now) }
    }

    /// There is no report for it.
    private mutating func refused(_ slot: SendSlot, _ error: RDKafkaError) {
        troubles[slot.index, default: SendTrouble()].reason = "\(error)"
        if error.isFatal, !instanceIsLost { loseInstance() }
        recountIfUnknown(slot.index, error.code)
        machine.reported(slot, .notWritten(error.isFatal ? .purged : ProduceFailures.failure(error.code)), now: now)
    }
}
