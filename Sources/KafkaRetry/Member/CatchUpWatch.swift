import RetryCore

/// Notices that it takes long to read what waits, after a start or when partitions come, and how far that is.
struct CatchUpWatch {
    enum News: Equatable {
        /// It goes on.
        case reading(CatchUp)
        /// What was behind is read.
        case caughtUp(CatchUp, after: Duration)
    }

    /// What takes less is not worth a line, and lines come no more often.
    private static let interval: Duration = .seconds(5)
    private static let lookInterval: Duration = .seconds(1)
    /// So many offsets may be control records, which nobody is shown.
    private static let slack: Int64 = 1_000

    private var nextLook: ContinuousClock.Instant
    /// Since when it is known to be behind.
    private var since: ContinuousClock.Instant?
    /// What was told last, and when.
    private var told: (catchUp: CatchUp, at: ContinuousClock.Instant)?

    init(now: ContinuousClock.Instant = .now) { nextLook = now }

    /// What there is to tell, if anything. Whoever is behind and does not come nearer says so once.
    mutating func look(_ catchUp: @autoclosure () -> CatchUp, now: ContinuousClock.Instant = .now) -> News? {
        guard now >= nextLook else { return nil }
        nextLook = now + Self.lookInterval
        let latest = catchUp()
        guard latest.total - latest.read > Self.slack else {
            defer { (since, told) = (nil, nil) }
            // Partitions that left took with them what was not read.
            guard let told, latest.total >= told.catchUp.total else { return nil }
            return since.map { .caughtUp(latest, after: now - $0) }
        }
        let since = since ?? now
        self.since = since
        guard now - (told?.at ?? since) >= Self.interval, latest != told?.catchUp else { return nil }
        told = (latest, now)
        return .reading(latest)
    }
}

extension CatchUpWatch.News {
    /// Says it to people.
    func log(to log: RetryLogger) {
        switch self {
        case .reading(let catchUp):
            log.notice(
                "catching up: what waits is read again",
                [
                    .count: LogValue(catchUp.read), "total": LogValue(catchUp.total),
                    "percent": LogValue(Int64(Double(catchUp.read) / Double(max(1, catchUp.total)) * 100)),
                ])
        case .caughtUp(let catchUp, let time):
            log.notice(
                "caught up: all that waits is known again",
                [.count: LogValue(catchUp.total), .milliseconds: LogValue(Int64(time / .milliseconds(1)))])
        }
    }
}
