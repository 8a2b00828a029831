import KafkaRetry
import RetryCore

/// A line for each event: for files, pipes and terminals that cannot redraw.
struct LineDisplay: DemoDisplay {
    private let output: LineStream
    private let wording: DemoWording
    private var start: Timestamp?

    init(_ output: LineStream, _ wording: DemoWording) {
        self.output = output
        self.wording = wording
        output.write(line: "kafka-retry demo: \(wording.place)")
        output.write(line: wording.story)
        output.write(line: "")
    }

    mutating func show(_ event: DemoEvent, _ ledger: DemoLedger) {
        let start = start ?? event.time
        self.start = start
        let time = DemoWording.time(.milliseconds(event.time.milliseconds &- start.milliseconds))
        output.write(line: "\(time)  \(event.order)  \(wording.text(event.kind).text)")
    }

    mutating func refresh(_ ledger: DemoLedger, now: Timestamp) {}

    mutating func pause() {}

    mutating func end(_ ledger: DemoLedger, _ report: [StyledText]) {
        output.write(line: "")
        let totals = DemoTotals(ledger)
        for line in [wording.sum(totals), wording.effort(totals)] + report { output.write(line: line.text) }
    }
}
