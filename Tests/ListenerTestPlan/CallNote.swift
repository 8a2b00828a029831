/// One call of a handler, as a line: which errand, for which time, when and by whom.
package struct CallNote: Hashable, Sendable {
    /// The process that called: its instance and process identifier.
    package var life: String
    package var topic: String
    package var key: String
    package var number: Int
    /// 1 is the first handling.
    package var attempt: Int
    /// When it was called, and when its retry was due; milliseconds since 1970.
    package var time: Int64
    package var due: Int64?

    package init(life: String, topic: String, key: String, number: Int, attempt: Int, time: Int64, due: Int64?) {
        self.life = life
        self.topic = topic
        self.key = key
        self.number = number
        self.attempt = attempt
        self.time = time
        self.due = due
    }

    package init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard words.count == 7, let number = Int(words[3]), let attempt = Int(words[4]), let time = Int64(words[5]) else { return nil }
        self.init(
            life: String(words[0]), topic: String(words[1]), key: String(words[2]), number: number, attempt: attempt, time: time,
            due: Int64(words[6]))
    }

    package var line: String { "\(life) \(topic) \(key) \(number) \(attempt) \(time) \(due.map(String.init) ?? "-")" }
}
