import RetryCore

/// What the demo is shown on.
protocol DemoDisplay {
    /// Something happened; `ledger` knows of it already.
    mutating func show(_ event: DemoEvent, _ ledger: DemoLedger)
    /// Time has passed.
    mutating func refresh(_ ledger: DemoLedger, now: Timestamp)
    /// Nothing moves for now, and the process may be ended: the terminal is to be usable.
    mutating func pause()
    /// It is over: these are the last lines. Leaves the terminal as it was found.
    mutating func end(_ ledger: DemoLedger, _ report: [StyledText])
}
