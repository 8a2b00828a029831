import KafkaRetry
import KafkaRetryConfiguration
import RetryCore

/// Makes retry policies out of what was set: a list of delays, or a back-off that grows.
struct PolicySettings {
    let settings: Settings
    let horizon: Duration

    /// The policy of `topic`, or, without one, of the topics that have none of their own.
    ///
    /// Of topic, command line, environment and file, in this order, the first that mentions delays at all decides between list and
    /// back-off; what weighs less adds to a back-off but never mixes with the other kind.
    func policy(_ topic: SettingsFile.Topic? = nil) throws(CommandFailure) -> RetryPolicy {
        let layers = (topic.map { [$0.settings] } ?? []) + settings.layers
        let maxAge = try Settings.value(OptionTable.maxAge, in: layers)
        let listName = OptionTable.delays.description.name
        let deciding = layers.first { layer in
            layer[listName] != nil || OptionTable.exponential.contains { layer[$0.name] != nil }
        }
        if let deciding, let listed = deciding[listName] {
            if let other = OptionTable.exponential.compactMap({ deciding[$0.name] }).first { throw contradiction(listed, other) }
            return try self.listed(listed, maxAge)
        }
        return try exponential(Array(layers.prefix { $0[listName] == nil }), maxAge)
    }

    private func listed(_ setting: Setting, _ maxAge: Duration?) throws(CommandFailure) -> RetryPolicy {
        let delays = try Settings.value(OptionTable.delays, setting)
        if let far = delays.first(where: { $0 > horizon }) { throw beyondHorizon(far, setting) }
        do { return try .listed(delays, maxAge: maxAge) } catch { throw setting.origin.failure(error.description) }
    }

    private func exponential(_ layers: [Settings.Layer], _ maxAge: Duration?) throws(CommandFailure) -> RetryPolicy {
        func value<Value>(_ option: Option<Value>, _ standard: Value) throws(CommandFailure) -> Value {
            try Settings.value(option, in: layers) ?? standard
        }
        let retries = try value(OptionTable.retries, 5)
        var initial = try value(OptionTable.initialDelay, .milliseconds(500))
        let factor = try value(OptionTable.factor, 2)
        // One of the two that is set alone moves the other's default with it.
        let longest = try value(OptionTable.maxDelay, max(.seconds(5), initial))
        let jitter = try value(OptionTable.jitter, .none)
        let initialSetting = Settings.given(OptionTable.initialDelay.description, in: layers)
        let longestSetting = Settings.given(OptionTable.maxDelay.description, in: layers)
        if initial > longest, let initialSetting, let longestSetting {
            throw longestSetting.origin.failure(
                "\(DurationNotation.format(longest)) is shorter than the first delay, \(DurationNotation.format(initial)) "
                    + "(\(initialSetting.origin.description))")
        }
        initial = min(initial, longest)
        do {
            let steady = try RetryPolicy.exponential(retries: retries, initial: initial, factor: factor, max: longest)
            let last = RetryAttempt(source: TopicPartition("", 0), offset: 0, retry: Int64(retries))
            if let far = steady.delay(for: last), far > horizon, let setting = longestSetting ?? initialSetting {
                throw beyondHorizon(far, setting)
            }
            return try .exponential(retries: retries, initial: initial, factor: factor, max: longest, jitter: jitter, maxAge: maxAge)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.badConfiguration, "\(error)")
        }
    }

    private func contradiction(_ listed: Setting, _ other: Setting) -> CommandFailure {
        other.origin.failure(
            "contradicts \(listed.origin.description): give the delays one by one, or how they grow",
            hint: "With --delays the number of retries is the number of delays.")
    }

    private func beyondHorizon(_ delay: Duration, _ setting: Setting) -> CommandFailure {
        setting.origin.failure(
            "a delay of \(DurationNotation.format(delay)) is longer than the horizon, \(DurationNotation.format(horizon)): such records would be dead letters",
            hint: "Raise --horizon, or shorten the delay.")
    }
}
