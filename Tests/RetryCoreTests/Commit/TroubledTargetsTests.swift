@testable import RetryCore
import Testing

/// A target that is not to be had holds up its own records alone, whatever shares a transaction with them.
@Suite struct TroubledTargetsTests {
    private let place = MachineScript.place
    private let other = MachineScript.other

    @Test(arguments: [HopMachine.Delivery.exactlyOnce, .atLeastOnce])
    func whatGoesToATopicThatIsThereGoesThoughAnotherIsMissing(delivery: HopMachine.Delivery) throws {
        let script = try MachineScript(delivery: delivery)
        script.own([place, other])
        var dead: Int64 = 0
        for round in 0..<200 {
            script.fetch([Int64(2 * round)], at: place)
            // There is always one more for the topic that is missing.
            let nextDead = {
                script.fetch([dead], at: other, retriesMade: 5)
                dead += 1
            }
            script.serve(for: 100, costOfTrouble: 30, each: nextDead) { record, report, index in
                if record.target.topic == "T-Error" { report.unavailable[index] = "unknown topic" }
            }
        }
        #expect(script.machine.account.republished >= 150)
    }

    @Test func aTopicWhosePartitionLibrdkafkaChoosesHoldsUpNothingElse() throws {
        let script = try HandlingScript.script {
            $0.order = .unordered
            ($0.concurrency, $0.retryConcurrency) = (64, 64)
        }
        script.own([HandlingScript.source, place])
        let silent = TopicPartition("Out", -1)
        for offset in 0..<Int64(60) {
            script.machine.fetched(HandlingScript.source, [HandlingScript.record(offset)], now: script.now)
            script.fetch([offset], at: place)
            let answer = {
                for case .handle(let call) in script.actions {
                    // Each first handling writes to it, and no retry does.
                    let writing = call.place == HandlingScript.source ? [OutgoingRecord(target: silent, key: nil, value: nil)] : []
                    script.machine.handled(call.id, outcomes: [.done(writing: writing)], now: script.now)
                }
            }
            script.serve(for: 1_000, each: answer) { record, report, index in
                if record.target == silent { report.failed[index] = "timed out" }
            }
        }
        #expect(script.machine.account.handled >= 50)
    }

    @Test func aRetryPartitionThatTakesNoMarkerHoldsUpNothingElse() throws {
        let script = try MachineScript { $0.metadataCapacity = 60 }
        script.own([place, other])
        // Every second one waits, so that what is done does not fit the metadata.
        for offset in stride(from: Int64(0), to: 200, by: 2) { script.fetch([offset], at: place, dueAfter: 3_600_000) }
        for round in 0..<Int64(60) {
            script.fetch([200 + 2 * round], at: place)
            script.fetch([201 + 2 * round], at: place, dueAfter: 3_600_000)
            script.fetch([round], at: other)
            script.serve(for: 1_000) { record, report, index in
                if record.target == MachineScript.place { report.failed[index] = "timed out" }
            }
        }
        #expect(script.machine.account.republished >= 60)
    }

    @Test func whatWasToBeCleanedGoesWhenItIsDueThoughItsOwnPartitionIsNotToBeHad() throws {
        let script = try MachineScript(delivery: .atLeastOnce) { $0.cleaning.slack = 2 }
        script.own()
        script.fetch([0], dueAfter: 120_000)
        script.fetch(Array(1..<10))
        #expect(script.wants() == ["produce 9"])
        script.succeed()
        script.wait(1_000)
        #expect(script.wants() == ["read T-Retry[0] [0]"])
        script.answerRead(dueAfter: 119_000)
        script.serve(for: 600_000, each: { script.answerRead(dueAfter: 0) }) { record, report, index in
            if record.target.topic == "T-Retry" { report.unavailable[index] = "not authorised" }
        }
        #expect(script.machine.account.republished == 10)
    }

    @Test func whatWaitsForAMissingTargetStaysWithinTheMemoryBound() throws {
        let script = try MachineScript { ($0.payloadBytes, $0.batchBytes) = (1 << 20, 1 << 20) }
        let places = (0..<8).map { TopicPartition("T-Retry", Int32($0)) }
        script.own(places)
        var most = 0
        for round in 0..<Int64(150) {
            for place in places {
                var headers = KafkaHeaders()
                headers.append(.nextRetryTimestamp, "\(script.now.milliseconds)")
                let value = [UInt8](repeating: 1, count: 10_000)
                let record = KafkaRecord(source: place, offset: round, timestamp: script.now, key: nil, value: value, headers: headers)
                script.machine.fetched(place, [record], now: script.now)
            }
            let look = {
                script.answerRead(dueAfter: 0, size: 10_000)
                most = max(most, script.machine.residentBytes)
            }
            script.serve(for: 100, each: look) { _, report, index in report.unavailable[index] = "unknown topic" }
        }
        // What has just come is in it too.
        #expect(most < 2 << 20)
    }

    @Test func aClockThatIsSetBackEndsTheWaitOfWhatWasPutOff() throws {
        let script = try MachineScript()
        script.own()
        for offset in 0..<Int64(20) {
            script.fetch([offset], dueAfter: -10_000_000, retriesMade: 5)
            script.serve(for: 3_000, without: ["T-Error"])
        }
        script.fetch([20], dueAfter: 10_000)
        script.wait(-3_600_000)
        script.serve(for: 60_000, without: [])
        #expect(script.machine.account.deadLettered == 20)
        #expect(script.machine.account.republished == 0, "what is not due any more waits")
    }

    @Test func whoStopsSavesWhatCanBeWritten() throws {
        let script = try HandlingScript.script { $0.order = .unordered }
        script.own([HandlingScript.source])
        script.machine.fetched(HandlingScript.source, [HandlingScript.record(0), HandlingScript.record(1)], now: script.now)
        _ = script.wants()
        for case .handle(let call) in script.actions {
            let target = call.items[0].record.offset == 0 ? "Forbidden" : "Allowed"
            script.machine.handled(call.id, outcomes: [.done(writing: [HandlingScript.out("x", to: target)])], now: script.now)
        }
        script.machine.stop()
        script.serve(for: 10_000, without: ["Forbidden"])
        #expect(script.machine.account.handled == 1)
    }

    @Test func manySilentPartitionsDelayTheOthersByOneOfTheirTimeouts() throws {
        let script = try MachineScript()
        script.machine.takePartitionCounts(["T": 21])
        let places = (0..<21).map { TopicPartition("T-Retry", Int32($0)) }
        script.own(places)
        var (since, latest): ([Int64: Int64], Int64) = ([:], 0)
        for offset in 0..<Int64(150) {
            for place in places { script.fetch([offset], at: place) }
            since[offset] = script.now.milliseconds
            script.serve(for: 1_000, costOfTrouble: 5_000) { record, report, index in
                guard record.target.partition == 0 else { return report.failed[index] = "timed out" }
                let offset = Int64(String(decoding: (record.value ?? []).dropFirst(7), as: UTF8.self))
                if let start = offset.flatMap({ since.removeValue(forKey: $0) }) { latest = max(latest, script.now.milliseconds - start) }
            }
        }
        #expect(since.isEmpty)
        #expect(latest < 20_000)
    }
}
