import RetryCore

/// A right to write to a topic that is missing for a while.
extension World {
    func isWritable(_ topic: String) -> Bool { (unwritableUntil[topic] ?? 0) <= now }

    /// In a transaction no record is written, or only some for topics that had been added to it before, and no report says which topic
    /// is the reason.
    func purge(_ batch: HopBatch, _ transaction: () -> SimulatedTransaction?) -> ProduceReport {
        var report = ProduceReport()
        let targets = Set(batch.records.map(\.target.topic)).sorted()
        let added = Set(dice.happens(25) ? targets.filter { _ in dice.happens(50) } : []).filter(isWritable)
        let open = added.isEmpty ? nil : transaction()
        for (index, record) in batch.records.enumerated() {
            if let open, added.contains(record.target.topic), dice.happens(70) {
                report.offsets[index] = append(record, in: open)
            } else {
                report.purged[index] = "purged"
            }
        }
        return report
    }

    /// Takes the right to write to one topic away while nothing else goes wrong; services go on.
    func withholdRight(for time: Int64) -> String {
        let topic = dice.pick(sources) + dice.pick(["", "-Error", "-Retry"])
        note("broker: \(topic) may not be written to for \(time) ms")
        unwritableUntil[topic] = now + time
        for _ in 0..<30 { after(dice.milliseconds(0...Int(time) / 3)) { [self] in writeRetry(to: nil, retriesMade: 0) } }
        return topic
    }

    /// What was due for other topics before `bound` has gone. Without the right to write to a retry topic that is not promised for
    /// the records in it: the progress that they make has to be written there.
    func checkOthersWent(on withheld: String, dueBefore bound: Int64) {
        guard plan.delivery == .exactlyOnce, planners[withheld] == nil, plan.handlers == nil else { return }
        for (id, item) in ledger.items.enumerated() where item.expectation != .passedOver && item.poison == 0 && item.seen == 0 {
            guard item.due <= bound, let log = item.log, !log.isDeleted, item.offset >= log.start, let planner = planners[log.place.topic]
            else { continue }
            let settings = planner.settings
            let target = item.expectation == .deadLettered ? settings.deadLetterTopic.name : settings.sourceTopic.name
            if target != withheld { violate("#\(id) for \(target) waits while \(withheld) may not be written to") }
        }
    }
}
