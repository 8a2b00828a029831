import RetryCore

/// A record that was read from one of the demo's topics.
struct DemoSighting: Hashable {
    var order: String
    var role: DemoTopics.Role
    var offset: Int64
    /// When it was written.
    var time: Timestamp
    var retriesMade: Int
    /// When the next retry is due, where the record says so.
    var due: Timestamp?
    /// What went wrong last.
    var problem: String?
    var deadLetterReason: String?

    /// How far the order has come: a later step has a higher number, whatever the topics' messages arrive like.
    var step: Int {
        let retriesMade = min(retriesMade, 1_000)
        return switch role {
        case .source: 2 * retriesMade
        case .retry, .handled: 2 * retriesMade + 1
        case .deadLetter: 2 * retriesMade + 2
        }
    }
}

extension DemoSighting {
    /// By the time of writing, as far as that tells.
    static func isEarlier(_ left: Self, _ right: Self) -> Bool { (left.time, left.step) < (right.time, right.step) }

    /// `nil` for bookkeeping of the relay, and for what is none of the demo's.
    init?(_ record: KafkaRecord, _ topics: DemoTopics) {
        guard let role = topics.role(of: record.source.topic), let key = record.key, let time = record.timestamp,
            let entity = try? RetryEntityFactory.entity(of: record.headers), !entity.isMarker
        else { return nil }
        order = String(decoding: key, as: UTF8.self)
        self.role = role
        offset = record.offset
        self.time = time
        retriesMade = Int(clamping: entity.retryCount)
        due = entity.due
        problem = entity.retryExceptionMessage ?? entity.exceptionMessage
        deadLetterReason = entity.deadLetterReason?.rawValue
    }
}
