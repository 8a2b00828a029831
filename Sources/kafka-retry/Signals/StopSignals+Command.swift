import KafkaRetry

extension StopSignals {
    /// The command's, which are never given back: until its process has ended a signal must not kill it.
    static let ofCommand = StopSignals()
}
