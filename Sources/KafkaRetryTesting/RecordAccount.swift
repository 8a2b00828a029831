import KafkaRetry
import RetryCore

/// Tells a record's history in words.
struct RecordAccount {
    /// Where the clock stood at first: times are told from there.
    let start: Timestamp
    /// Whether values and errors' messages may be told.
    let showsValues: Bool

    func steps(_ history: RecordHistory) -> [String] {
        var steps: [(time: Timestamp, text: String)] = [(.distantPast, "written to \(place(history.record))\(value(history.record))")]
        for attempt in history.attempts {
            steps.append(
                (attempt.began, "\(time(attempt.began)) attempt \(attempt.number), from \(place(attempt.record)): \(outcome(attempt))"))
        }
        for retry in history.retries where !history.record.isAt(retry) {
            let due = retry.entity.due.map { ", due \(time($0))" } ?? ""
            steps.append((written(retry), "\(time(written(retry))) written to \(place(retry))\(due), with \(headers(retry))"))
        }
        for letter in history.deadLetters {
            steps.append((written(letter), "\(time(written(letter))) written to \(place(letter)), with \(headers(letter))"))
        }
        // What happened at one time stays in the order above, a handling before what it led to.
        let sorted = steps.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        return sorted.map(\.element.text)
    }

    private func place(_ record: KafkaRecord) -> String { "\(record.source) at \(record.offset)" }

    private func time(_ moment: Timestamp) -> String { "+\(ManualClock.duration(from: start, to: moment))" }

    /// When the handling failed that led to it: the clock's time, as against the broker's.
    private func written(_ record: KafkaRecord) -> Timestamp {
        let entity = record.entity
        return entity.lastFailure ?? entity.firstFailure ?? record.timestamp ?? start
    }

    private func outcome(_ attempt: Journal.Attempt) -> String {
        switch attempt.outcome {
        case .running: "has not ended"
        case .done: "done, not committed"
        case .handled: "done"
        case .failed(let failure): "failed with \(text(failure))"
        case .failedForGood(let failure, let reason): "failed for good (\(reason.rawValue)) with \(text(failure))"
        case .abandoned: "abandoned"
        }
    }

    private func text(_ failure: RetryFailure) -> String {
        showsValues ? "\(failure.type): \(String(decoding: failure.message, as: UTF8.self))" : failure.type
    }

    private func value(_ record: KafkaRecord) -> String {
        guard showsValues else { return "" }
        return ": " + (record.value.map { String(decoding: $0, as: UTF8.self) } ?? "null")
    }

    private func headers(_ record: KafkaRecord) -> String {
        var headers: [String] = []
        record.headers.forEach { name, value in
            let name = String(decoding: name, as: UTF8.self)
            headers.append(showsValues ? "\(name)=\(value.map { String(decoding: $0, as: UTF8.self) } ?? "null")" : name)
        }
        return headers.isEmpty ? "no headers" : headers.joined(separator: showsValues ? ", " : " ")
    }
}

extension KafkaRecord {
    func isAt(_ other: KafkaRecord) -> Bool { source == other.source && offset == other.offset }
}
