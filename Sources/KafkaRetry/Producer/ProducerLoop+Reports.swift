import RDKafka
import RetryCore

/// What librdkafka says of messages, and of itself.
extension ProducerLoop {
    mutating func collectReports() {
        let now = now
        for report in producer.deliveryReports() {
            if let error = report.error {
                if error.isFatal, !instanceIsLost { loseInstance() }
                pending[report.token]?.partition = report.partition
                note(error, of: report.token)
            } else {
                arrivedAt = now
                if unreachable != nil { noteAnswer() }
                pending[report.token]?.stands(report)
            }
            machine.reported(SendSlot(report.token), SendVerdict(report, instanceFailed: instanceIsLost), now: now)
        }
        if !instanceIsLost, producer.fatalError != nil { loseInstance() }
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
