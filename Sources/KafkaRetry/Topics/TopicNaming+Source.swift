public import RetryCore

extension TopicNaming {
    /// The topic whose retry topic is called `name`; `nil` if `name` is no retry topic's.
    public func sourceTopic(ofRetryTopic name: String) -> KafkaTopic? { source(of: name, suffix: retrySuffix) }

    /// The topic whose dead letter topic is called `name`; `nil` if `name` is no dead letter topic's.
    public func sourceTopic(ofDeadLetterTopic name: String) -> KafkaTopic? { source(of: name, suffix: deadLetterSuffix) }

    private func source(of name: String, suffix: String) -> KafkaTopic? {
        let ending = (group.map { "-\($0)" } ?? "") + suffix
        guard !ending.isEmpty, name.hasSuffix(ending) else { return nil }
        let source = name.dropLast(ending.count)
        return source.isEmpty ? nil : KafkaTopic(String(source))
    }
}
