import KafkaRetry
import RetryCore

/// A view that is redrawn in place.
struct LiveDisplay: DemoDisplay {
    private let output: LineStream
    private let wording: DemoWording
    private let hasColours: Bool
    private let expected: Int
    private let size: () -> TerminalSize
    private var events: [DemoEvent] = []
    private var start: Timestamp?
    private var lastSize: TerminalSize?
    /// How many lines stand above the cursor that are ours.
    private var drawn = 0

    private static let hideCursor = "\u{1B}[?25l"
    private static let showCursor = "\u{1B}[?25h"
    private static let clearLine = "\u{1B}[K"
    private static let clearBelow = "\u{1B}[J"

    init(
        _ output: LineStream, _ wording: DemoWording, expected: Int, hasColours: Bool,
        size: @escaping () -> TerminalSize = { TerminalSize.current() }
    ) {
        self.output = output
        self.wording = wording
        self.expected = expected
        self.hasColours = hasColours
        self.size = size
    }

    mutating func show(_ event: DemoEvent, _ ledger: DemoLedger) {
        start = start ?? event.time
        events.append(event)
    }

    mutating func refresh(_ ledger: DemoLedger, now: Timestamp) {
        let size = size()
        draw(frame(ledger, now).lines(size, events: events), size, prefix: Self.hideCursor)
    }

    mutating func pause() {
        // Up, for the line feed that follows.
        if drawn > 0 { output.write(line: Self.showCursor + "\u{1B}[A") }
    }

    mutating func end(_ ledger: DemoLedger, _ report: [StyledText]) {
        let size = size()
        let now = ledger.sightings.map(\.time).max() ?? .distantPast
        draw(frame(ledger, now).lastLines(size) + report, size, suffix: Self.showCursor)
    }

    private func frame(_ ledger: DemoLedger, _ now: Timestamp) -> DemoFrame {
        DemoFrame(wording: wording, expected: expected, ledger: ledger, now: now, start: start)
    }

    private mutating func draw(_ lines: [StyledText], _ size: TerminalSize, prefix: String = "", suffix: String = "") {
        // The last column stays free: to clear a line from there would take its last character along.
        // Above the top row nothing can be redrawn; a terminal that was resized has moved our lines itself.
        var text = prefix + "\r"
        if drawn > 0 { text += "\u{1B}[\(min(drawn, size.rows - 1))A" }
        if lastSize != size { text += Self.clearBelow }
        let rendered = lines.map { $0.rendered(width: max(1, size.columns - 1), colours: hasColours) + Self.clearLine }
        // Each write ends with a line feed of its own, which leaves the cursor below the last line.
        text += rendered.joined(separator: "\n") + (lines.count < drawn ? Self.clearBelow : "") + suffix
        output.write(line: text)
        drawn = lines.count
        lastSize = size
    }
}
