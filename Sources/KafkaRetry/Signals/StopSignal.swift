import Foundation

/// A signal by which a process is asked to end.
public enum StopSignal: String, CaseIterable, Sendable {
    /// `kill PID`, and what an orchestrator sends first.
    case sigterm = "SIGTERM"
    /// Ctrl-C.
    case sigint = "SIGINT"

    var number: Int32 {
        switch self {
        case .sigterm: SIGTERM
        case .sigint: SIGINT
        }
    }
}
