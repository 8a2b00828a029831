import Foundation
public import Testing

/// A terminal without a screen: what a process in it writes is read here, and what is typed here it gets, Ctrl-C as a signal.
public final class PseudoTerminal: Sendable {
    /// Why there can be none on this machine; `nil` if there can.
    static let obstacle: String? = {
        guard PseudoTerminal() != nil else { return "no pseudo-terminal can be opened" }
        // macOS has none, and others' may not give away a terminal.
        return setsid == nil ? "util-linux's setsid is not there to make it the controlling terminal" : nil
    }()

    static let setsid = ["/usr/bin/setsid", "/bin/setsid"].first { FileManager.default.isExecutableFile(atPath: $0) }

    private typealias OpenPTY =
        @convention(c) (
            UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<CChar>?, UnsafePointer<termios>?,
            UnsafePointer<winsize>?
        ) -> Int32

    /// The C library has it, but Swift's module of that library leaves its header out.
    private static let openpty = dlsym(dlopen(nil, RTLD_NOW), "openpty").map { unsafeBitCast($0, to: OpenPTY.self) }

    /// Our side.
    let master: FileHandle
    /// The process's side, which is closed here once it has begun.
    let slave: FileHandle

    /// A terminal of this size; `nil` if there can be none.
    public init?(columns: UInt16 = 100, rows: UInt16 = 50) {
        guard let openpty = Self.openpty else { return nil }
        var (master, slave): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        let isOpen = Process.whileNoneStarts {
            openpty(&master, &slave, nil, nil, &size) == 0 && fcntl(master, F_SETFD, FD_CLOEXEC) == 0
                && fcntl(slave, F_SETFD, FD_CLOEXEC) == 0
        }
        guard isOpen else { return nil }
        self.master = FileHandle(fileDescriptor: master, closeOnDealloc: true)
        self.slave = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    }

    /// Types `text`.
    public func type(_ text: String) throws { try master.write(contentsOf: Data(text.utf8)) }

    /// How it treats what is typed and written, as `stty -a` would show it.
    public var modes: [UInt32] {
        var modes = termios()
        guard tcgetattr(master.fileDescriptor, &modes) == 0 else { return [] }
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag].map { UInt32(truncatingIfNeeded: $0) }
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only where a process can be given a terminal.
    public static var pseudoTerminal: Self {
        if let obstacle = PseudoTerminal.obstacle { return .disabled("\(obstacle)") }
        return .enabled(if: true)
    }
}
