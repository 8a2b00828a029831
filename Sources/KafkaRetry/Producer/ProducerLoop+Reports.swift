import RDKafka
import RetryCore

/// What librdkafka says of messages, and of itself.
extension ProducerLoop {
    func collectReports() {
        let now = now
        for report in producer.deliveryReports() {
            if report.error?.isFatal == true, !instanceIsLost { loseInstance() }
            let send = pending[report.token]
            if let error = report.error {
                send?.reason = "\(error)"
                send?.attempts += ProduceFailures.failure(error.code) == .purged ? 0 : 1
                recountIfUnknown(report.token, error.code)
            } else {
                send?.partition = report.partition
                send?.offset = report.offset
                send?.timestamp = report.timestamp
            }
            machine.reported(SendSlot(report.token), SendVerdict(report, instanceFailed: instanceIsLost), now: now)
        }
        if !instanceIsLost, producer.fatalError != nil { loseInstance() }
    }

    func loseInstance() {
        instanceIsLost = true
        log.warning(
            "the producer's instance has failed and is replaced", [.error: .string("\(producer.fatalError?.description ?? "fatal")")])
        machine.instanceFailed()
        try? producer.purge(inFlight: true)
    }

    func renewInstance() {
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
