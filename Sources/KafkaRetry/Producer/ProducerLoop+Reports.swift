import RDKafka
import RetryCore

/// What librdkafka says of messages, and of itself.
extension ProducerLoop {
    mutating func collectReports() {
        let now = now
        let reports = producer.deliveryReports()
        // After these were taken: what the log says of a message it says before its report.
        if links.board.epochs.changeCount != repeated.changes {
            repeated = (links.board.epochs.limits.values.max() ?? 0, links.board.epochs.changeCount)
        }
        for report in reports {
            if let error = report.error {
                if error.isFatal, !instanceIsLost { loseInstance() }
                pending[report.token]?.partition = report.partition
                note(error, of: report.token)
            } else {
                arrivedAt = now
                if unreachable != nil { noteAnswer() }
                pending[report.token]?.stands(report)
                if repeated.newest > 0 { noteRepeat(of: report) }
            }
            machine.reported(SendSlot(report.token), SendVerdict(report, instanceFailed: instanceIsLost), now: now)
        }
        if !instanceIsLost, producer.fatalError != nil { loseInstance() }
    }

    private mutating func noteRepeat(of report: RDKafkaDeliveryReport) {
        let slot = SendSlot(report.token)
        let sequence = machine.sequence(of: slot)
        guard sequence <= repeated.newest else { return }
        let place = TopicPartition(machine.name(ofTopic: machine.topicNumber(of: slot)), report.partition)
        if let limit = links.board.epochs.limits[place], sequence <= limit { machine.mayBeWritten(slot) }
    }

    private mutating func note(_ error: RDKafkaError, of slot: Int) {
        guard pending[slot] != nil else { return }
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
