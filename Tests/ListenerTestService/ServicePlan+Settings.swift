import KafkaRetry
import ListenerTestPlan

extension ServicePlan.Topic {
    /// The plan in the listener's own terms.
    var settings: TopicSettings {
        get throws {
            let policy = try RetryPolicy.listed(delays.map { .milliseconds($0) }, jitter: isJittered ? .full : .none)
            var settings = TopicSettings(
                policy: policy, order: HandlerOrder(rawValue: order) ?? .key, concurrency: concurrency, retryConcurrency: retryConcurrency)
            settings.breaker = breaker.map { breaker in
                var settings = BreakerSettings()
                (settings.window, settings.minimum) = (breaker.window, breaker.window)
                (settings.pause, settings.longestPause) = (.milliseconds(breaker.pause), .milliseconds(breaker.pause))
                return settings
            }
            return settings
        }
    }
}
