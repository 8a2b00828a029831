import CRDKafka
import Foundation

/// Runs an actor's jobs one after the other on one thread of its own, so that calls that block (librdkafka's commits, waits and
/// closes) never hold a thread of Swift's cooperative pool.
///
///     actor Committer {
///         private let executor = BlockingExecutor("committer")
///         nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
///     }
///
/// There is nothing to shut down: a job that waits keeps the executor, and the thread ends once the executor is released and its last job has run.
public final class BlockingExecutor: SerialExecutor {
    private let thread: JobThread

    /// Starts the thread. Debuggers show it as `name`, of which Linux keeps 15 bytes.
    public init(_ name: String) {
        thread = JobThread()
        Thread.detachNewThread { [thread] in
            // Foundation's own name is set too early now and then, and forgotten.
            crdkafka_name_thread(name)
            thread.run()
        }
    }

    deinit { thread.finish() }

    /// Runs `job` after those that wait already.
    public func enqueue(_ job: consuming ExecutorJob) { thread.append(UnownedJob(job), self) }

    /// Whether the caller runs on this executor's thread.
    public func isIsolatingCurrentContext() -> Bool? { thread.isCurrent }

    /// Traps if the caller does not run on this executor's thread: a defect of the program, as with `assumeIsolated` of any actor.
    public func checkIsolated() { precondition(thread.isCurrent, "not on the thread of this executor") }
}

/// The thread's own state; it outlives the executor by the job that releases it.
private final class JobThread: @unchecked Sendable {
    // All of it is guarded by `condition`.
    private let condition = NSCondition()
    private var waiting: [(job: UnownedJob, executor: BlockingExecutor)] = []
    private var isFinished = false
    private var identity: Thread?

    var isCurrent: Bool {
        condition.withLock { identity === Thread.current }
    }

    func append(_ job: UnownedJob, _ executor: BlockingExecutor) {
        condition.withLock {
            waiting.append((job, executor))
            condition.signal()
        }
    }

    func finish() {
        condition.withLock {
            isFinished = true
            condition.signal()
        }
    }

    func run() {
        condition.withLock { identity = Thread.current }
        // A thread keeps what it runs, this object, as long as it is kept itself.
        defer { condition.withLock { identity = nil } }
        while let jobs = next() {
            for (job, executor) in jobs { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
        }
    }

    /// Waits for jobs; `nil` once the executor is released.
    private func next() -> [(job: UnownedJob, executor: BlockingExecutor)]? {
        condition.withLock {
            while waiting.isEmpty && !isFinished { condition.wait() }
            defer { waiting = [] }
            return waiting.isEmpty ? nil : waiting
        }
    }
}
