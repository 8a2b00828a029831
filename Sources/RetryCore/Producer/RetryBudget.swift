/// How many retries a producer may make, as a share of what it sends, so that an outage is not answered with a storm.
struct RetryBudget: Sendable {
    private let share: Double
    private let reserve: Double
    private var tokens: Double

    /// - Parameter share: retries for each message that is accepted; not finite or below zero counts as zero.
    /// - Parameter reserve: so many are there at the start, and saved up at most.
    init(share: Double, reserve: Int) {
        self.share = share.isFinite ? max(0, share) : 0
        self.reserve = Double(max(0, reserve))
        tokens = self.reserve
    }

    mutating func accepted() { tokens = min(reserve, tokens + share) }

    /// Takes one retry; false if there is none left.
    mutating func take() -> Bool {
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
