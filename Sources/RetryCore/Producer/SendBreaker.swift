/// Whether a topic's messages are handed over, or kept back because none of them arrives.
///
/// Closed, all are. Open, none is, but for those that librdkafka has already and sends by itself as soon as it can: the first that arrives
/// closes it. If it has none, one message is handed over after a pause, as a probe; while it is out, the breaker is half-open.
struct SendBreaker: Sendable {
    enum State: Hashable, Sendable {
        case closed
        case open(until: Int64)
        case halfOpen
    }

    private let settings: SendBreakerSettings
    /// In milliseconds: taking a `Duration` apart for each message would cost more than all else here.
    private let stall: Int64
    private(set) var state = State.closed
    private var failures = 0
    private var pause: Int64
    /// Since when messages are out and none has arrived; moments at which none was out are left out.
    private var silentSince: Int64?
    /// How long messages were out in vain before nothing was out.
    private var silence: Int64 = 0

    init(_ settings: SendBreakerSettings) {
        self.settings = settings
        stall = settings.stall.roundedUpMilliseconds
        pause = settings.pause.roundedUpMilliseconds
    }

    var isClosed: Bool { state == .closed }
    var isOpen: Bool { if case .open = state { true } else { false } }

    /// How many messages may be handed over while `handed` are out.
    func admits(handed: Int) -> Int {
        switch state {
        case .closed: .max
        case .open: 0
        case .halfOpen: max(0, 1 - handed)
        }
    }

    /// When it may become half-open.
    var nextProbe: Int64 { if case .open(let until) = state { until } else { .max } }
    /// When it opens if nothing arrives; `nil` if nothing is out.
    var nextStall: Int64? { isClosed ? silentSince.map { Self.sum($0, stall) } : nil }

    mutating func handedOver(now: Int64) { if silentSince == nil { silentSince = now - silence } }

    /// A message has arrived; `handed` are still out. True if that closes it.
    mutating func succeeded(handed: Int, now: Int64) -> Bool {
        let wasClosed = isClosed
        if !wasClosed || failures > 0 { self = SendBreaker(settings) }
        silence = 0
        silentSince = handed > 0 ? now : nil
        return !wasClosed
    }

    /// A message has failed for a cause that may pass; `handed` are still out. True if that opens it.
    mutating func failed(handed: Int, now: Int64) -> Bool {
        tookBack(handed: handed, now: now)
        failures = min(failures + 1, settings.failures)
        guard state == .halfOpen || (isClosed && failures >= settings.failures) else { return false }
        return open(now: now)
    }

    /// Messages were taken back, which says nothing about the cluster.
    mutating func tookBack(handed: Int, now: Int64) {
        guard handed == 0, let since = silentSince else { return }
        silence = max(0, now - since)
        silentSince = nil
    }

    /// Lets a pause that is over end: nothing is out, so one message may find out. True if it did.
    mutating func resumed(handed: Int, now: Int64) -> Bool {
        guard nextProbe <= now, handed == 0 else { return false }
        state = .halfOpen
        return true
    }

    /// Whether nothing has arrived for so long that it opens.
    mutating func stalled(now: Int64) -> Bool {
        guard let stall = nextStall, stall <= now else { return false }
        return open(now: now)
    }

    private mutating func open(now: Int64) -> Bool {
        let wasClosed = isClosed
        state = .open(until: Self.sum(now, pause))
        pause = min(Self.sum(pause, pause), max(pause, settings.longestPause.roundedUpMilliseconds))
        return wasClosed
    }

    private static func sum(_ now: Int64, _ delay: Int64) -> Int64 {
        let (sum, overflow) = now.addingReportingOverflow(delay)
        return overflow ? .max : sum
    }
}
