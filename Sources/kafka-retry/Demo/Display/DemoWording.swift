import RetryCore

/// What the demo says, in words.
struct DemoWording: Sendable {
    let connection: DemoConnection
    let isMock: Bool
    let retries: Int
    let symbols: DemoSymbols

    /// Where it runs and what it promises.
    var place: String {
        if isMock { return "a mock Kafka in this process, at least once" }
        return "\(connection.topics.source) at \(connection.bootstrapServers.joined(separator: ",")), exactly once"
    }

    /// The story in one line.
    var story: String {
        let arrow = symbols.arrow
        return "service fails \(arrow) -Retry: waits until due \(arrow) back to the service, or \(arrow) -Error"
    }

    func text(_ kind: DemoEvent.Kind) -> StyledText {
        switch kind {
        case .placed: return StyledText("placed", .dim)
        case .failed(let problem, let retry, let delay):
            return StyledText("failed: ", .yellow) + "\(problem); retry \(retry) of \(retries) in \(Self.seconds(delay))"
        case .exhausted(let problem): return StyledText("failed: ", .yellow) + "\(problem); no retries left"
        case .retried(let retry, let late):
            return StyledText("due: ", .cyan) + "back for retry \(retry)"
                + (late.map { ", \(Self.lateness($0))" }.map { StyledText($0) } ?? "")
        case .handled(0): return StyledText("handled", .green)
        case .handled(let retries): return StyledText("recovered", .green) + " by retry \(retries)"
        case .deadLettered(let reason): return StyledText("dead-lettered: ", .red) + "\(reason)"
        }
    }

    /// The numbers, in one line.
    func sum(_ totals: DemoTotals) -> StyledText {
        var line = StyledText("\(totals.placed) placed", .bold) + (totals.addUp ? " = " : " is not ")
        line = line + StyledText("\(totals.handledAtOnce) handled at once", .green) + " + "
        line = line + StyledText("\(totals.recovered) recovered", .green) + " + "
        line = line + StyledText("\(totals.deadLettered) dead-lettered", .red)
        return totals.inFlight > 0 ? line + " + " + StyledText("\(totals.inFlight) in flight", .yellow) : line
    }

    /// How the work behind those numbers went.
    func effort(_ totals: DemoTotals) -> StyledText {
        let late =
            totals.lateness.map { totals.early > 0 ? ", \(totals.early) early" : ", none early, up to \($0.upperBound) ms late" } ?? ""
        let (dot, retries) = (symbols.dot, totals.retries == 1 ? "1 retry" : "\(totals.retries) retries")
        let failures = totals.failures == 1 ? "1 failure" : "\(totals.failures) failures"
        return StyledText("\(failures) \(dot) \(retries)\(late) \(dot) read from the topics", .dim)
    }

    /// `1.0 s`
    static func seconds(_ duration: Duration) -> String {
        let tenths = max(0, duration.roundedUpMilliseconds) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }

    /// Columns for a time: ` 1.0 s`
    static func time(_ duration: Duration) -> String {
        let text = seconds(duration)
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }

    private static func lateness(_ milliseconds: Int64) -> String {
        milliseconds < 0 ? "\(milliseconds.magnitude) ms too early" : "\(milliseconds) ms after it was due"
    }
}
