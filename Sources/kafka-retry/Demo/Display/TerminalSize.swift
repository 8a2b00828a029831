import Foundation

/// How many characters a terminal shows.
struct TerminalSize: Equatable {
    var columns: Int
    var rows: Int

    /// What DEC's VT100 had, for those that do not tell.
    static let standard = TerminalSize(columns: 80, rows: 24)

    /// The terminal's size of now.
    static func current(_ descriptor: Int32 = STDOUT_FILENO) -> TerminalSize {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return standard }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}
