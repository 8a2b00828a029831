import RetryCore

/// The demo's topics.
struct DemoTopics: Hashable, Sendable {
    /// Orders come in here, and again when a retry is due.
    let source: KafkaTopic
    /// The pretend service tells here which orders it has handled.
    let handled: KafkaTopic

    /// Topics whose names begin with `name`.
    init(_ name: String) {
        source = KafkaTopic(name)
        handled = KafkaTopic(name + "-Handled")
    }

    var retry: KafkaTopic { source.retry }
    var deadLetter: KafkaTopic { source.deadLetter }
    var all: [KafkaTopic] { [source, retry, deadLetter, handled] }

    /// What a topic is for.
    enum Role: Hashable, Sendable { case source, retry, deadLetter, handled }

    func role(of topic: String) -> Role? {
        switch topic {
        case source.name: .source
        case retry.name: .retry
        case deadLetter.name: .deadLetter
        case handled.name: .handled
        default: nil
        }
    }
}
