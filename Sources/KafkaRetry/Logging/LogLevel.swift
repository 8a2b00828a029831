/// How much a log line matters.
public enum LogLevel: String, Hashable, Sendable, Comparable, CaseIterable {
    /// Every step, for who debugs this project.
    case trace
    /// What helps to understand a single case.
    case debug
    /// The ordinary course: started, joined, stopped.
    case info
    /// Unusual but no fault.
    case notice
    /// Something that somebody should look at.
    case warning
    /// Something that was not done.
    case error

    /// `trace` is the least.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        }
    }
}
