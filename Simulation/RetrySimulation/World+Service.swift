import RetryCore

extension World {
    static let groupName = "relay-group"
    static let horizonDays = 7

    /// Topics, planners and the first members.
    func build() throws {
        for index in 0..<plan.topics {
            let source = KafkaTopic("T\(index)")
            let policy = try RetryPolicy.exponential(
                retries: 5, initial: .milliseconds(dice.number(0...min(plan.longestDelay, 5_000))), factor: 2,
                max: .milliseconds(plan.longestDelay), jitter: plan.jitter)
            let settings = try HopSettings(sourceTopic: source, group: Self.groupName, policy: policy)
            let planner = HopPlanner(settings, partitionCounts: PartitionCounts([source.name: 2, settings.deadLetterTopic.name: 1]))
            planners[settings.retryTopic.name] = planner
            sources.append(source.name)
            for partition in 0..<plan.partitions { addPartition(TopicPartition(settings.retryTopic.name, partition)) }
            guard plan.handlers != nil else { continue }
            for partition in 0..<plan.partitions {
                sourcePlaces.append(TopicPartition(source.name, partition))
                logs[sourcePlaces[sourcePlaces.count - 1]] = SimulatedLog(sourcePlaces[sourcePlaces.count - 1])
            }
        }
        for _ in 0..<plan.members { addMember() }
        for _ in 0..<plan.records {
            let isFirst = plan.handlers != nil && dice.happens(70)
            after(dice.milliseconds(0...Int(plan.faultTime))) { [self] in
                if isFirst { writeSource() } else { writeRetry(to: nil, retriesMade: 0) }
            }
        }
    }

    func addPartition(_ place: TopicPartition) {
        logs[place] = SimulatedLog(place)
        retryPlaces = (retryPlaces.filter { $0 != place } + [place]).sorted()
    }

    /// A service writes a record that it failed to a retry topic, or something else turns up there.
    func writeRetry(to source: TopicPartition?, retriesMade: Int) {
        let candidates = retryPlaces.filter { place in
            logs[place]?.isDeleted == false && !group.unrestored.contains(place)
                && (source.map { $0.topic + "-Retry" == place.topic } ?? true)
        }
        guard !candidates.isEmpty else { return }
        let place = dice.pick(candidates)
        guard let log = logs[place], let planner = planners[place.topic] else { return }
        if dice.happens(3) { return writeForged(place) }
        let id = ledger.items.count
        var headers = KafkaHeaders()
        var item = Ledger.Item(expectation: .republished, due: 0)
        var made = retriesMade
        if dice.happens(40) { made += dice.number(0...2) }
        var text = "\(made)"
        switch dice.number(0...39) {
        case 0: (text, item.expectation) = ("many", .deadLettered)
        case 1: (text, made, item.expectation) = ("5", 5, .deadLettered)
        case 2, 3:
            headers.append(.retryGroup, "other-group")
            item.expectation = .passedOver
        case 4, 5, 6: headers.append(.retryGroup, Self.groupName)
        default: break
        }
        if made > 0 || text == "many" { headers.append(.retryCount, text) }
        item.due = .min
        if dice.happens(60) {
            let delay = dice.happens(50) ? dice.milliseconds(0...min(plan.longestDelay, 3_000)) : dice.milliseconds(0...plan.longestDelay)
            item.due = now + delay
            if dice.happens(2) {
                item.due = now + 10 * 86_400_000
                if item.expectation == .republished { item.expectation = .deadLettered }
            }
            headers.append(.nextRetryTimestamp, "\(item.due)")
        }
        if item.expectation == .deadLettered { item.due = .min }
        headers.append(.exceptionMessage, "it failed")
        if plan.poison > 0, dice.happens(plan.poison) {
            item.poison = dice.number(1...3)
            if item.expectation == .deadLettered, item.poison == 2 { item.poison = 1 }
        }
        let value = Array("\(id) ".utf8) + [UInt8](repeating: 120, count: dice.number(0...300))
        let record = OutgoingRecord(target: place, key: nil, value: value, headers: headers)
        item.bytes = value.count + 50
        let transaction = dice.happens(15) ? SimulatedTransaction(id: "service-\(id)", epoch: 0) : nil
        let offset = log.end
        if item.due == .min, item.expectation == .republished {
            let attempt = RetryAttempt(source: place, offset: offset, retry: Int64(made) + 1)
            let delay = planner.settings.policy.delay(for: attempt) ?? .zero
            item.due = Timestamp(milliseconds: now).advanced(by: delay).milliseconds
        }
        if plan.handlers != nil, item.expectation == .republished { item.expectation = .handled }
        ledger.items.append(item)
        ledger.bytesIn += item.bytes
        statistics.records += 1
        if let transaction { undecided.append(transaction) }
        let written = append(record, in: transaction)
        note(
            "service: #\(id) at \(place) \(written), due +\(item.due == .min ? 0 : item.due - begin), \(item.expectation), poison \(item.poison)\(transaction == nil ? "" : ", in a transaction")"
        )
        guard let transaction else { return }
        let commits = dice.happens(60)
        after(dice.milliseconds(0...dice.pick([5, 2_000]))) { [self] in finish(transaction, commit: commits) }
    }

    /// Something that looks like a marker of ours, and is none.
    private func writeForged(_ place: TopicPartition) {
        var headers = KafkaHeaders()
        headers.append(.retryMarker, "1f")
        if dice.happens(70) { headers.append(.retryGroup, Self.groupName) }
        let text = dice.pick([
            "kr1 id=1f partition=\(place.partition) base=0 done=AgC", "kr9 id=1f", "kr1 id=zz", "",
            "kr1 id=1f partition=\(place.partition) base=9223372036854775807 done=______P_____P",
        ])
        _ = append(OutgoingRecord(target: place, key: nil, value: Array(text.utf8), headers: headers), in: nil)
    }
}
