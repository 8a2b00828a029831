import Foundation
import RDKafka
import RetryCore

/// Places the orders, reads what happens in all topics, and has it shown. Works on a thread of its own.
actor DemoWatch {
    private let executor = BlockingExecutor("demo-watch")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    enum Input: Sendable {
        /// One of the two, service or relay, has joined its group.
        case ready
        /// Somebody wants it to end.
        case stop
    }

    /// Why the watch ended.
    enum Ending: Sendable { case settled, stopped, tooLong }

    private let connection: DemoConnection
    private let script: DemoScript
    private var display: any DemoDisplay
    private var ledger: DemoLedger
    private var acknowledged = 0
    private let inbox = Mailbox<Input>()

    /// How often countdowns are drawn again.
    private static let frame: Duration = .milliseconds(100)
    /// How long the last reading of all topics may take.
    private static let auditTime: Duration = .seconds(10)

    init(_ connection: DemoConnection, _ script: DemoScript, _ policy: RetryPolicy, _ display: sending any DemoDisplay) {
        self.connection = connection
        self.script = script
        self.display = display
        ledger = DemoLedger(policy)
    }

    nonisolated func tell(_ input: Input) { inbox.post(input) }

    /// Starts placing orders once service and relay are ready; returns when each order has come to its end.
    func run() throws -> Ending {
        let customers = try RDKafkaProducer(connection.producer)
        let reader = try DemoReader(connection, wakeUp: { [inbox] in inbox.ring() })
        defer {
            reader.close()
            display.pause()
        }
        let deadline = ContinuousClock.now + script.patience
        var (waiting, next, left) = (2, ContinuousClock.now, script.orders[...])
        while true {
            for input in inbox.take(timeout: Self.frame) ?? [] {
                guard case .ready = input else { return .stopped }
                waiting -= 1
                next = .now
            }
            while waiting <= 0, next <= .now, let order = left.popFirst() {
                try place(order, with: customers)
                next += script.pace
            }
            acknowledged += customers.deliveryReports().count { $0.persistence == .persisted }
            for sighting in try reader.read().sightings { display.show(ledger.saw(sighting), ledger) }
            display.refresh(ledger, now: Self.now)
            if left.isEmpty, ledger.isSettled(script.orders.count) { return .settled }
            if ContinuousClock.now >= deadline { return .tooLong }
        }
    }

    /// Reads all topics once more from their start, now that nobody writes to them: what counts in the end. Returns the totals, and how many
    /// orders the cluster has acknowledged.
    func audit() throws -> (totals: DemoTotals, acknowledged: Int, isComplete: Bool) {
        let reader = try DemoReader(connection, wakeUp: { [inbox] in inbox.ring() })
        defer { reader.close() }
        var audited = DemoLedger(ledger.policy)
        var (found, ended): ([DemoSighting], Set<String>) = ([], [])
        let deadline = ContinuousClock.now + Self.auditTime
        while ended.count < connection.topics.all.count, ContinuousClock.now < deadline {
            let (sightings, reached) = try reader.read()
            found += sightings
            ended.formUnion(reached)
            if sightings.isEmpty, reached.isEmpty { _ = inbox.take(timeout: Self.frame) }
        }
        for sighting in found.sorted(by: DemoSighting.isEarlier) { _ = audited.saw(sighting) }
        ledger = audited
        return (DemoTotals(audited), acknowledged, ended.count == connection.topics.all.count)
    }

    /// Shows the last lines and leaves the terminal as it was.
    func end(_ report: [StyledText]) { display.end(ledger, report) }

    private func place(_ order: DemoScript.Order, with customers: RDKafkaProducer) throws(RDKafkaError) {
        try customers.produce(
            OutgoingRecord(
                target: TopicPartition(connection.topics.source.name, 0), key: Array(order.name.utf8),
                value: Array("{\"order\":\"\(order.name)\"}".utf8)))
    }

    private static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) &* 1_000 &+ Int64(time.tv_nsec) / 1_000_000)
    }
}
