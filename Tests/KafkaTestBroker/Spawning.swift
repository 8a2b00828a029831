import Foundation
import Synchronization

extension Process {
    private static let oneAtATime = Mutex(())

    /// Runs the process with pipes that no process started at the same moment inherits: one that did would hold them open, and nobody
    /// would see the end of their data.
    static func spawn(_ prepare: (_ pipe: () throws -> Pipe) throws -> Process) throws {
        try whileNoneStarts {
            try prepare {
                let pipe = Pipe()
                for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting]
                where fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC) != 0 { throw TestBrokerError("fcntl failed with errno \(errno)") }
                return pipe
            }.run()
        }
    }

    /// `body` while no process is started here, for descriptors that are not to be inherited.
    static func whileNoneStarts<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try oneAtATime.withLock { _ throws(Failure) in try body() }
    }
}
