/// How the retry and dead letter topics of a source topic are called.
public struct TopicNaming: Hashable, Sendable {
    /// What follows the source topic's name in its retry topic's.
    public var retrySuffix: String
    /// What follows the source topic's name in its dead letter topic's.
    public var deadLetterSuffix: String
    /// The consumer group that stands between name and suffix, for several groups on one source topic; `nil` for none.
    public var group: String?

    /// `{Topic}-Retry` and `{Topic}-Error` unless told otherwise; with a group `{Topic}-{group}-Retry` and `{Topic}-{group}-Error`.
    public init(retrySuffix: String = "-Retry", deadLetterSuffix: String = "-Error", group: String? = nil) {
        self.retrySuffix = retrySuffix
        self.deadLetterSuffix = deadLetterSuffix
        self.group = group
    }

    /// `{Topic}-Retry` and `{Topic}-Error`.
    public static let standard = TopicNaming()

    /// The retry topic of `source`.
    public func retryTopic(of source: KafkaTopic) -> KafkaTopic { KafkaTopic(stem(source) + retrySuffix) }

    /// The dead letter topic of `source`.
    public func deadLetterTopic(of source: KafkaTopic) -> KafkaTopic { KafkaTopic(stem(source) + deadLetterSuffix) }

    private func stem(_ source: KafkaTopic) -> String { group.map { "\(source.name)-\($0)" } ?? source.name }
}
