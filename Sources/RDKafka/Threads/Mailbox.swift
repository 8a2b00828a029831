#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hands values from any thread to one that waits for them, in order. For threads of their own that block, such as an actor's on a
/// ``BlockingExecutor``; never for one of Swift's cooperative pool.
public final class Mailbox<Element: Sendable>: @unchecked Sendable {
    // Guarded by `mutex`; both live at fixed addresses until deinit.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [Element] = []
    private var isRung = false
    private var isClosed = false

    /// An empty mailbox.
    public init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        #if canImport(Darwin)
            pthread_cond_init(condition, nil)
        #else
            // A wait must not grow or shrink when somebody sets the clock.
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Adds `element` and wakes who waits. Dropped once the mailbox is closed.
    public func post(_ element: Element) {
        locked {
            guard !isClosed else { return }
            waiting.append(element)
            pthread_cond_signal(condition)
        }
    }

    /// Wakes who waits, or makes the next wait return at once, without a value.
    public func ring() {
        locked {
            isRung = true
            pthread_cond_signal(condition)
        }
    }

    /// No more values come: whoever waits gets what is there, and then `nil`.
    public func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(condition)
        }
    }

    /// Takes all values, in order, waiting for the first or a ring for at most `timeout` (`nil`: as long as it takes). Empty after a ring or
    /// a time-out; `nil` once the mailbox is closed and empty. Blocks the thread.
    public func take(timeout: Duration?) -> [Element]? {
        locked {
            let deadline = timeout.map { Self.now + max($0, .zero) }
            while waiting.isEmpty, !isRung, !isClosed {
                guard let deadline else {
                    pthread_cond_wait(condition, mutex)
                    continue
                }
                let left = deadline - Self.now
                guard left > .zero else { break }
                wait(left, until: deadline)
            }
            isRung = false
            defer { waiting = [] }
            return isClosed && waiting.isEmpty ? nil : waiting
        }
    }

    private func locked<Answer>(_ body: () -> Answer) -> Answer {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    private func wait(_ left: Duration, until deadline: Duration) {
        #if canImport(Darwin)
            var time = timespec(clamping: left)
            pthread_cond_timedwait_relative_np(condition, mutex, &time)
        #else
            var time = timespec(clamping: deadline)
            pthread_cond_timedwait(condition, mutex, &time)
        #endif
    }

    private static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}

extension timespec {
    fileprivate init(clamping duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(clamping: seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    }
}
