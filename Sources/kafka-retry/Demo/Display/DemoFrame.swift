import RetryCore

/// The live view at one moment, as lines.
struct DemoFrame {
    let wording: DemoWording
    /// How many orders are to come in all, so that their lanes do not push the rest down.
    let expected: Int
    let ledger: DemoLedger
    let now: Timestamp
    let start: Timestamp?

    /// Lines for a terminal of this size: lanes first, and as many of the last `events` as fit.
    func lines(_ size: TerminalSize, events: [DemoEvent]) -> [StyledText] {
        let totals = DemoTotals(ledger)
        let top = [title, StyledText(wording.story, .dim), ""]
        let bottom = ["", wording.sum(totals), wording.effort(totals)]
        // One row stays free: the cursor's.
        let room = max(0, size.rows - 1 - top.count - bottom.count)
        let lanes = lanes(min(room, max(expected, ledger.orders.count)), width: size.columns)
        let left = room - lanes.count - 1
        let feed = left > 0 && !events.isEmpty ? [""] + padded(events.suffix(min(left, 6)), min(left, 6)) : []
        return top + lanes + bottom + feed
    }

    /// Lines for the end, when nothing moves any more.
    func lastLines(_ size: TerminalSize) -> [StyledText] {
        let totals = DemoTotals(ledger)
        return [title] + lanes(ledger.orders.count, width: size.columns) + ["", wording.sum(totals), wording.effort(totals)]
    }

    private var title: StyledText {
        let elapsed = start.map { DemoWording.seconds(.milliseconds(now.milliseconds &- $0.milliseconds)) } ?? "starting"
        let dot = " \(wording.symbols.dot) "
        return StyledText("kafka-retry demo", .bold) + StyledText(dot + wording.place + dot + elapsed, .dim)
    }

    private func padded(_ events: ArraySlice<DemoEvent>, _ count: Int) -> [StyledText] {
        let lines = events.map { event in
            let time = Duration.milliseconds(event.time.milliseconds &- (start ?? event.time).milliseconds)
            return StyledText(" \(DemoWording.time(time))  \(event.order)  ", .dim) + wording.text(event.kind)
        }
        return lines + Array(repeating: "", count: max(0, count - lines.count))
    }

    private func lanes(_ count: Int, width: Int) -> [StyledText] {
        let lanes = ledger.orders.prefix(count).map { lane($0, width: width) }
        return lanes + Array(repeating: "", count: max(0, count - lanes.count))
    }

    private func lane(_ order: DemoLedger.Order, width: Int) -> StyledText {
        let name = StyledText("  " + order.name).padded(to: 12)
        func retry(_ number: Int) -> StyledText {
            StyledText(number == 0 ? wording.symbols.dash : "retry \(number) of \(wording.retries)").padded(to: 14)
        }
        switch order.state {
        case .inService(let number): return name + retry(number) + StyledText("in the service", .cyan)
        case .handled(0): return name + retry(0) + StyledText("\(wording.symbols.handled) handled", .green)
        case .handled(let number): return name + retry(number) + StyledText("\(wording.symbols.handled) recovered", .green)
        case .exhausted: return name + retry(wording.retries) + StyledText("failed, no retries left", .yellow)
        case .deadLettered(let reason):
            return name + retry(wording.retries) + StyledText("\(wording.symbols.deadLettered) dead letter: ", .red) + "\(reason)"
        case .waiting(let number, let since, let due):
            return name + retry(number) + countdown(since, due, width: width) + StyledText("  " + (order.problem ?? ""), .dim)
        }
    }

    private func countdown(_ since: Timestamp, _ due: Timestamp, width: Int) -> StyledText {
        // The demo's delays are seconds; a record that says more is shown as waiting an hour.
        let whole = min(max(1, due.milliseconds &- since.milliseconds), 3_600_000)
        let rest = min(max(0, due.milliseconds &- now.milliseconds), whole)
        let cells = Int64(min(max(width - 60, 8), 30))
        let left = Int((rest * cells + whole - 1) / whole)
        let bar = StyledText(String(repeating: wording.symbols.elapsed, count: Int(cells) - left), .yellow)
        let line = bar + StyledText(String(repeating: wording.symbols.left, count: left), .dim)
        return StyledText("waits ", .yellow) + line + StyledText(DemoWording.time(.milliseconds(rest)), .yellow)
    }
}
