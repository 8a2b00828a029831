import Testing

@testable import RetryCore

/// What a source's partition may have open at a time: what is done above the first unfinished record has to fit the metadata.
@Suite struct MetadataRoomTests {
    private let source = HandlingScript.source
    private let failure = HandlingScript.failure

    @Test func whatIsDoneInARowTakesTheRoomOfOne() throws {
        let script = try HandlingScript.script {
            ($0.concurrency, $0.order) = (3, .unordered)
        } settings: {
            $0.metadataCapacity = 64
        }
        script.own([source])
        script.machine.fetched(source, (0..<500).map { HandlingScript.record($0) }, now: script.now)
        #expect(handleAllButTheFirst(script) == 499)
        script.wait(1_000)
        for _ in 0..<3 {
            _ = script.wants()
            script.succeed()
        }
        #expect((script.saved[source]?.metadata.utf8.count ?? 99) <= 64)
    }

    @Test func onlySoManyOutcomesWaitToBeCommitted() throws {
        let script = try HandlingScript.script { ($0.concurrency, $0.order) = (3, .unordered) }
        script.own([source])
        script.machine.fetched(source, (0..<3_000).map { HandlingScript.record($0) }, now: script.now)
        _ = handleAllButTheFirst(script)
        let waiting = script.machine.partitions[source]?.pending.count ?? 0
        #expect((MetadataRoom.mostOutcomes - 3..<MetadataRoom.mostOutcomes).contains(waiting))
    }

    /// The first record is not answered, nor is any transaction; the others end in their order.
    private func handleAllButTheFirst(_ script: MachineScript) -> Int {
        var handled = 0
        while true {
            _ = script.wants()
            let calls = script.machine.handlers.calls.elements.map(\.id).filter { $0 > 1 }
            guard !calls.isEmpty else { return handled }
            for call in calls { script.machine.handled(call, outcomes: [.done], now: script.now) }
            handled += calls.count
        }
    }

    @Test func whatIsDoneWithHolesBetweenStartsNoMoreThanItsMetadataCanHold() throws {
        let script = try HandlingScript.script {
            ($0.concurrency, $0.order) = (100, .unordered)
        } settings: {
            $0.metadataCapacity = 400
        }
        script.own([source])
        script.machine.fetched(source, (0..<500).map { HandlingScript.record($0) }, now: script.now)
        let first = script.started().count
        #expect(first > 20 && first < 60)
        // Each second one ends: what ends later may be a run of its own too.
        for call in stride(from: 2, through: first, by: 2) { script.machine.handled(call, outcomes: [.done], now: script.now) }
        #expect(script.started().count <= 1)
    }

    /// While the retry topic's leaders are away every second outcome cannot be written, and what is between them is more than fits the metadata.
    @Test(arguments: [(1, 64, 90), (3, 64, 90), (8, 64, 90), (64, 400, 2_560), (64, 400, 320)])
    func outcomesThatDoNotFitDoNotKeepThoseBelowThemWaiting(partitions: Int32, capacity: Int, batchRecords: Int) throws {
        let places = (0..<partitions).map { TopicPartition("T", $0) }
        let script = try HandlingScript.script {
            ($0.concurrency, $0.order) = (1_000, .unordered)
        } settings: {
            ($0.metadataCapacity, $0.batchRecords) = (capacity, batchRecords)
        }
        script.own(places)
        for place in places {
            let records = (0..<90).map {
                KafkaRecord(source: place, offset: $0, timestamp: script.now, key: nil, value: [1])
            }
            script.machine.fetched(place, records, now: script.now)
        }
        func handle() -> Bool {
            let calls = script.machine.handlers.calls.elements
            for (id, call) in calls {
                let isOdd = call.handed.items[0].record.offset % 2 == 1
                script.machine.handled(
                    id, outcomes: [isOdd ? .retry(failure, after: nil) : .done(writing: [HandlingScript.out("x")])], now: script.now)
            }
            return !calls.isEmpty
        }
        // All that may begin is handled while the first transaction is under way.
        var open: HopBatch?
        repeat {
            _ = script.wants()
            open = script.batch ?? open
        } while handle()
        for round in 0..<300 {
            if let batch = open {
                var report = ProduceReport()
                for (index, record) in batch.records.enumerated() where round < 60 && record.target.topic == "T-Retry" {
                    report.failed[index] = "timed out"
                }
                if report.failed.isEmpty {
                    script.succeed()
                } else {
                    script.machine.produced(report, now: script.now)
                    _ = script.wants()
                    script.machine.aborted(nil, now: script.now)
                }
            }
            script.wait(round < 60 ? 10 : 1_000)
            _ = script.wants()
            open = script.batch
            _ = handle()
        }
        #expect(places.allSatisfy { script.machine.partitions[$0]?.progress.lowWater == 90 })
    }

    /// Targets come and go while handlers finish in any order; with all targets back everything is done, and what does not fit meanwhile wakes
    /// nobody for nothing.
    @Test(arguments: 0..<12) func nothingStandsStillForGood(seed: UInt64) throws {
        var outage = try Outage(seed: seed)
        outage.run()
    }
}

/// A member of a listener whose handlers end in any order while the targets of what they write come and go.
private struct Outage {
    private let seed: UInt64
    private var dice: SplitMix64
    private let script: MachineScript
    private let places: [TopicPartition]
    private let (capacity, records): (Int, Int64)
    private let outcomes: [HandlingOutcome]
    /// Those of even and of odd offsets.
    private let usual: (Int, Int)
    /// One in so many comes to something else.
    private let rarity: Int
    private var away: Set<String> = []
    /// What the machine asked for and waits for.
    private var asked: [HopAction] = []

    init(seed: UInt64) throws {
        var dice = SplitMix64(seed: seed)
        self.seed = seed
        places = (0..<Int32.random(in: 1...12, using: &dice)).map { TopicPartition("T", $0) }
        let capacity = [64, 120, 400].randomElement(using: &dice) ?? 64
        let share = [3, 20, 90, 300, 20_000].randomElement(using: &dice) ?? 3
        let (slots, overlaps) = (Int.random(in: 1...1_000, using: &dice), Bool.random(using: &dice))
        (self.capacity, records) = (capacity, Int64.random(in: 20...200, using: &dice))
        script = try HandlingScript.script {
            ($0.concurrency, $0.order) = (slots, .unordered)
        } settings: {
            ($0.metadataCapacity, $0.batchRecords, $0.overlapsBatches) = (capacity, share, overlaps)
        }
        outcomes = [
            .done, .done(writing: [HandlingScript.out("x")]), .done(writing: [HandlingScript.out("y", to: "Other")]),
            .retry(HandlingScript.failure, after: nil),
        ]
        usual = (Int.random(in: 0..<4, using: &dice), Int.random(in: 0..<4, using: &dice))
        rarity = [4, 1_000].randomElement(using: &dice) ?? 4
        self.dice = dice
        script.own(places)
        for place in places {
            let all = (0..<records).map { KafkaRecord(source: place, offset: $0, timestamp: script.now, key: nil, value: [1]) }
            script.machine.fetched(place, all, now: script.now)
        }
    }

    mutating func run() {
        for round in 0..<10_000 where !isDone {
            if round % 100 == 0 { away = round < 1_000 ? Set(["T-Retry", "Out", "Other"].filter { _ in happens(1, of: 2) }) : [] }
            asks()
            if script.machine.handlers.calls.isEmpty, !asks(), !asks() {
                let wake = script.machine.nextWake(now: script.now)
                #expect(wake > script.now, "seed \(seed): it is woken again and again for nothing")
                if asked.isEmpty { script.now = max(script.now, min(wake, script.now.advanced(by: .seconds(1)))) }
            }
            handle()
            // The brokers take a while for the first transaction.
            if round > 30, happens(1, of: 3) { answer() }
        }
        #expect(isDone, "seed \(seed): \(places.map { script.machine.partitions[$0]?.progress.lowWater ?? -1 }) of \(records)")
    }

    private var isDone: Bool { places.allSatisfy { script.machine.partitions[$0]?.progress.lowWater == records } }

    private mutating func happens(_ times: Int, of all: Int) -> Bool { Int.random(in: 0..<all, using: &dice) < times }

    /// Whether the machine wants more.
    @discardableResult private mutating func asks() -> Bool {
        let isMore = !script.wants().isEmpty
        asked += script.actions
        return isMore
    }

    private mutating func handle() {
        for (id, call) in script.machine.handlers.calls.elements where happens(1, of: 3) {
            let isEven = call.handed.items[0].record.offset % 2 == 0
            let which = happens(1, of: rarity) ? Int.random(in: 0..<4, using: &dice) : isEven ? usual.0 : usual.1
            script.machine.handled(id, outcomes: [outcomes[which]], now: script.now)
        }
    }

    private mutating func answer() {
        guard !asked.isEmpty else { return }
        switch asked.removeFirst() {
        case .produce(let batch):
            var report = ProduceReport()
            for (index, record) in batch.records.enumerated() where away.contains(record.target.topic) {
                report.failed[index] = "timed out"
            }
            script.machine.produced(report, of: batch.number, now: script.now)
        case .sendOffsets(let commits, _):
            #expect(commits.allSatisfy { $0.metadata.utf8.count <= capacity }, "seed \(seed)")
            script.machine.offsetsSent(nil, now: script.now)
        case .commit: script.machine.committed(nil)
        case .abort: script.machine.aborted(nil, now: script.now)
        default: break
        }
    }
}
