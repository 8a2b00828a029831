import RetryCore

/// What a seed makes of a month: what comes in, how long brokers keep it, and how often members are restarted.
struct MonthPlan {
    /// How long records wait.
    enum Delays: CaseIterable {
        /// From a second to seven days, each order of magnitude as often as the others.
        case ofAllMagnitudes
        /// Any time up to seven days.
        case any
        /// A minute at most, and a few for days.
        case fewLong
        /// The steps of a back-off.
        case steps
        /// Seven days, all of them.
        case longest
    }

    /// How large records are.
    enum Sizes: CaseIterable {
        case alike, mixed
        /// Those that wait for more than a day are a hundred times as large as the others.
        case longOnesLarge
    }

    static let day: Int64 = 86_400_000
    static let length = 30 * day
    static let longestDelay = 7 * day

    var delays: Delays
    var sizes: Sizes
    var recordsPerDay: Int
    /// How many come at once now and then.
    var burst: Int
    /// How long brokers keep records; `nil` for ever.
    var retention: Int64?
    /// A member is restarted about as often.
    var restartInterval: Int64
    /// The longest that it then stays away.
    var longestDowntime: Int64

    init(_ dice: inout Dice, records: Int) {
        delays = dice.pick(Delays.allCases)
        sizes = dice.pick(Sizes.allCases)
        recordsPerDay = records / 30
        burst = dice.pick([1, 20, 200])
        retention = dice.pick([nil, 2, 4, 8, 8, 14, 21] as [Int64?]).map { $0 * Self.day }
        restartInterval = Int64(dice.pick([6, 24, 72])) * 3_600_000
        longestDowntime = dice.pick([60_000, 3_600_000, 12 * 3_600_000])
    }

    func delay(_ dice: inout Dice) -> Int64 {
        switch delays {
        case .ofAllMagnitudes:
            let limit = dice.pick([10, 100, 1_000, 10_000, 100_000, 604_800])
            return dice.milliseconds(max(1, limit / 10) * 1_000...limit * 1_000)
        case .any: return dice.milliseconds(1_000...Int(Self.longestDelay))
        case .fewLong where dice.happens(3): return dice.milliseconds(Int(Self.day)...Int(Self.longestDelay))
        case .fewLong: return dice.milliseconds(1_000...60_000)
        case .steps: return Int64(dice.pick([1, 60, 600, 3_600, 86_400, 604_800])) * 1_000
        case .longest: return Self.longestDelay
        }
    }

    func valueSize(_ dice: inout Dice, delay: Int64) -> Int {
        switch sizes {
        case .alike: 200
        case .mixed: dice.number(50...2_000)
        case .longOnesLarge: delay > Self.day ? 10_000 : 100
        }
    }

    /// Whether brokers keep records longer than any waits.
    var keepsLongest: Bool { retention.map { $0 > Self.longestDelay } ?? true }

    /// How often a record is written again because of its age at the most: at half the retention, or within a minute before.
    func agings(delay: Int64) -> Int { retention.map { Int(delay / ($0 / 2 - 60_000)) } ?? 0 }
}
