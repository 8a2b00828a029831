import KafkaRetry

/// What the demo says in the end, and whether it worked.
struct DemoReport {
    let totals: DemoTotals
    let wording: DemoWording
    /// What did not come out as it should.
    private(set) var faults: [String] = []

    /// - Parameters:
    ///   - acknowledged: orders that the cluster has taken.
    ///   - account: the relay's own; `nil` if it has none to give.
    init(
        _ totals: DemoTotals, _ wording: DemoWording, acknowledged: Int, isComplete: Bool, ending: DemoWatch.Ending, account: RelayAccount
    ) {
        self.totals = totals
        self.wording = wording
        if !isComplete { faults.append("not all topics could be read to their end") }
        if case .tooLong = ending { faults.append("\(totals.inFlight) orders had not come to their end in time") }
        if !totals.addUp { faults.append("the topics' records do not add up") }
        if totals.placed < acknowledged { faults.append("\(acknowledged) orders were taken, and \(totals.placed) are there") }
        if totals.early > 0 { faults.append("\(totals.early) retries came too early") }
        let moved = (account.republished, account.deadLettered)
        if moved != (totals.retries, totals.deadLettered) {
            faults.append(
                "the relay counts \(moved.0) retries and \(moved.1) dead letters, the topics hold \(totals.retries) and \(totals.deadLettered)"
            )
        }
        if account.lost > 0 || account.held > 0 { faults.append("the relay has lost \(account.lost) and holds \(account.held)") }
    }

    /// The lines below the totals.
    func lines(_ ending: DemoWatch.Ending, leftover: [String], width: Int) -> [StyledText] {
        var lines: [StyledText] = [""]
        func add(_ text: String, _ style: StyledText.Style = .plain) { lines += Self.wrapped(text, width).map { StyledText($0, style) } }
        for fault in faults { add("FAULT: \(fault)", .red) }
        if case .stopped = ending { add("Stopped before the end.") }
        if case .settled = ending, faults.isEmpty { for line in explanation { add(line) } }
        if !wording.isMock, leftover.isEmpty { add("The demo's topics are deleted.") }
        if !leftover.isEmpty { add("These topics could not be deleted: \(leftover.joined(separator: ", "))", .yellow) }
        guard faults.isEmpty else { return lines }
        lines.append("")
        add("Next, on a Kafka of your own:", .bold)
        // As it was started, which need not be by its name.
        let program = CommandLine.arguments.first ?? "kafka-retry"
        let servers = wording.isMock ? "HOST:9092" : wording.connection.bootstrapServers.joined(separator: ",")
        let server = "--bootstrap-server \(servers)"
        if wording.isMock { lines += Self.command(["\(program) demo", server], width).map { StyledText($0) } }
        lines += Self.command(["\(program) run", server, "--topic TOPIC", "--delays 20s,60s"], width).map { StyledText($0) }
        return lines
    }

    private var explanation: [String] {
        // The names of the mock's topics are short, those of a real cluster's are above.
        let (retry, deadLetter) = wording.isMock ? ("Orders-Retry", "Orders-Error") : ("-Retry", "-Error")
        var lines = [
            "The service only wrote what failed to \(retry); kafka-retry did the rest:",
            "\(totals.recovered) recovered; \(totals.deadLettered) used up all \(wording.retries) retries: into \(deadLetter), with the reason.",
        ]
        if totals.overtakings > 0 {
            lines.append("\(totals.overtakings) retries overtook records in front of them: no delay holds up another.")
        }
        if wording.isMock { return lines + ["A mock has no transactions: a crash could repeat retries. On Kafka it cannot."] }
        return lines + ["Each move was one transaction: a crash would have lost and repeated nothing."]
    }

    /// A shell's command in lines of at most `width` columns, if its parts are no longer: it can be copied as it stands there.
    static func command(_ parts: [String], _ width: Int) -> [String] {
        var lines: [String] = []
        for part in parts {
            // Two columns are for the backslash.
            if let last = lines.last, last.count + 1 + part.count + (part == parts.last ? 0 : 2) <= width {
                lines[lines.count - 1] += " " + part
            } else {
                if !lines.isEmpty { lines[lines.count - 1] += " \\" }
                lines.append((lines.isEmpty ? "  " : "    ") + part)
            }
        }
        return lines
    }

    /// `text` in lines of at most `width` columns, broken at spaces.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
