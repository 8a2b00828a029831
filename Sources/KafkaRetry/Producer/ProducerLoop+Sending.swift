import RDKafka
import RetryCore

/// What the machine wants done.
extension ProducerLoop {
    func work() {
        while true {
            let work = machine.next(now: now)
            if work.isEmpty { return }
            tell(work.ends)
            send(work.sends)
            if !work.recoveries.isEmpty { links.recoveries.yield(work.recoveries.compactMap(item)) }
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

    func send(_ slots: [SendSlot]) {
        for (index, slot) in slots.enumerated() {
            do throws(RDKafkaError) { try produce(slot.index) } catch {
                if error.code == .queueFull {
                    for slot in slots[index...] { machine.notTaken(slot, now: now) }
                    return
                }
                pending[slot.index]?.reason = "\(error)"
                if error.isFatal, !instanceIsLost { loseInstance() }
                recountIfUnknown(slot.index, error.code)
                let failure: SendFailure = error.isFatal ? .purged : ProduceFailures.failure(error.code)
                machine.reported(slot, .notWritten(failure), now: now)
            }
        }
    }

    func produce(_ slot: Int) throws(RDKafkaError) {
        guard let send = pending[slot] else { return }
        let number = machine.topicNumber(of: SendSlot(slot))
        let topic: RDKafkaTopic
        if let known = handles[number] {
            topic = known
        } else {
            topic = try producer.topic(send.record.topic.name)
            handles[number] = topic
        }
        var headers = RDKafkaHeaders(send.record.headers)
        try producer.produce(
            to: topic, partition: machine.partition(of: SendSlot(slot)) ?? -1, key: send.record.key, value: send.record.value,
            headers: &headers, token: slot)
    }
}
