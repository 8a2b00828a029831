import RDKafka
import RetryCore

/// What librdkafka says of messages, and of itself.
extension ProducerLoop {
    mutating func collectReports() {
        let now = now
        let epochs = links.board.epochs
        for (index, report) in producer.deliveryReports().enumerated() {
            // Those before it have ended, or wait again.
            if index % Self.handful == Self.handful - 1 { tell(machine.takeEnds()) }
            let slot = SendSlot(report.token)
            if let error = report.error {
                if error.isFatal, !instanceIsLost { loseInstance() }
                pending[report.token].failed(in: report.partition)
                note(error, of: report.token)
            } else {
                arrivedAt = now
                if unreachable != nil { noteAnswer() }
                pending[report.token].stands(report)
            }
            let verdict = SendVerdict(report, instanceFailed: instanceIsLost)
            if case .delivered = verdict, !pending[report.token].isFree, epochs.hasRepeats {
                noteIfRepeated(slot, in: report.partition)
            }
            machine.reported(slot, verdict, now: now)
        }
        if !instanceIsLost, producer.fatalError != nil { loseInstance() }
    }

    private mutating func noteIfRepeated(_ slot: SendSlot, in partition: Int32) {
        let mayRepeat = links.board.epochs.mayRepeat(
            machine.sequence(of: slot), in: TopicPartition(machine.name(ofTopic: machine.topicNumber(of: slot)), partition))
        if mayRepeat { machine.noteMayBeWritten(slot) }
    }

    private mutating func note(_ error: RDKafkaError, of slot: Int) {
        guard !pending[slot].isFree else { return }
        troubles[slot, default: SendTrouble()].reason = "\(error)"
        if ProduceFailures.failure(error.code) != .purged { troubles[slot, default: SendTrouble()].attempts += 1 }
        recountIfUnknown(slot, error.code)
    }

    mutating func loseInstance() {
        instanceIsLost = true
        log.warning(
            "the producer's instance has failed and is replaced", [.error: .string("\(producer.fatalError?.description ?? "fatal")")])
        machine.instanceFailed()
        try? producer.purge(inFlight: true)
    }

    mutating func renewInstance() {
        do throws(RDKafkaConfigurationError) {
            producer = try RDKafkaProducer(
                configuration.client, observer: links.board.observer, wakeUp: { [inputs = links.inputs] in inputs.ring() })
            handles = handles.map { _ in nil }
            instanceIsLost = false
            isRenewing = false
            machine.instanceMade(now: now)
        } catch {
            // The same properties have made one before: a file that they name, or a descriptor, may be missing for now.
            renewsAt = now + 1_000
            log.error("another instance cannot be made", [.error: LogValue(error)])
        }
    }
}
