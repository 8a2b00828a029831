import RetryCore

extension HopNotice {
    /// Says it to people.
    func log(to log: RetryLogger) {
        switch self {
        case .restored(let place, let lowWater, let done, let marker, let kept):
            log.info(
                "restored",
                [
                    .partition: "\(place)", .offset: LogValue(lowWater), "done": LogValue(done), "marker": .boolean(marker),
                    "kept": .boolean(kept),
                ])
        case .lost(let place, let count, let from, let to):
            log.error(
                "records were deleted before they could be handled",
                [
                    .partition: "\(place)", .count: LogValue(count), "from": LogValue(from), "to": LogValue(to),
                    .hint: "raise the topic's retention; control records count too",
                ])
        case .topicRecreated(let place, let waiting):
            log.error(
                "the topic was made anew; what waited in the old one is gone", [.partition: "\(place)", .count: LogValue(waiting)])
        case .newerProgress(let place, let version):
            log.error("progress was written by a newer version", [.partition: "\(place)", .version: LogValue(version)])
        case .held(let place, let offset, let reason):
            log.error(
                "a record is held: no broker takes it in any form",
                [
                    .partition: "\(place)", .offset: LogValue(offset), .reason: .string(reason),
                    .hint: "raise max.message.bytes of the dead letter topic; it is tried again at the next assignment",
                ])
        case .refused(let place, let offset, let target, let reason):
            log.warning(
                "the broker refused a record",
                [.partition: "\(place)", .offset: LogValue(offset), .topic: .string(target), .reason: .string(reason)])
        case .unavailable(let target, let count, let reason):
            log.warning(
                "a topic cannot be written to; its records wait",
                [.topic: .string(target), .count: LogValue(count), .reason: .string(reason)])
        case .unanswered(let partitions, let count, let reason):
            log.warning(
                "no target acknowledges; the records go into the next transaction",
                [.partitions: .list(partitions.map(\.description)), .count: LogValue(count), .reason: .string(reason)])
        case .aborted(let reason): log.info("a transaction was aborted; its records go into the next", [.reason: .string(reason)])
        case .recovering(let reason):
            log.warning(
                "a transaction cannot be ended; the producers are made anew, and what became of it is read", [.reason: .string(reason)])
        case .markerWritten(let place, let offset):
            log.debug("a completion marker was written", [.partition: "\(place)", .offset: LogValue(offset)])
        case .cleaned(let place, let count):
            log.debug("records at the log's head were written again at its tail", [.partition: "\(place)", .count: LogValue(count)])
        case .deadLettered(let place, let first, let count, let reason):
            log.notice(
                "dead-lettered",
                [.partition: "\(place)", .offset: LogValue(first), .count: LogValue(count), .reason: .string(reason.rawValue)])
        case .breakerOpened(let topic):
            log.error("nearly every record fails: handling pauses, and probes from time to time", [.topic: .string(topic.name)])
        case .breakerClosed(let topic): log.notice("probes succeeded: handling goes on", [.topic: .string(topic.name)])
        case .handlerOverdue(let place, let offset):
            log.warning(
                "a handler did not answer by its deadline; its record counts as failed",
                [.partition: "\(place)", .offset: LogValue(offset), .hint: "it keeps its slot until it ends: heed cancellation"])
        case .outcomesDropped(let place, let count):
            log.warning(
                "handlers did not end before their partition left; their records are handled again by its next owner",
                [.partition: "\(place)", .count: LogValue(count)])
        }
    }
}
