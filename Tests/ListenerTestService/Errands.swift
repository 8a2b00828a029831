import Foundation
import KafkaRetry
import ListenerTestPlan

/// The handler: notes that it was called, takes its time, fails as its record says or writes the record's number.
struct Errands: Sendable {
    private let output: KafkaTopic
    private let notes: NoteFile
    private let isQuick: Bool
    private let isDown: Bool
    private let life: String

    init(_ plan: ServicePlan, notes: NoteFile) {
        output = KafkaTopic(plan.output)
        self.notes = notes
        isQuick = plan.isQuick
        isDown = plan.isDown
        life = "\(plan.instance)/\(ProcessInfo.processInfo.processIdentifier)"
    }

    func handle(_ record: KafkaRecord, _ context: HandlerContext) async throws -> HandlerOutcome {
        guard let errand = Errand(record.value) else { return .deadLetter("not an errand") }
        let key = String(decoding: record.key ?? Array("-".utf8), as: UTF8.self)
        let due = context.attempt > 1 ? context.entity.due?.milliseconds : nil
        notes.append(
            CallNote(
                life: life, topic: context.topic.name, key: key, number: errand.number, attempt: context.attempt,
                time: Int64(Date().timeIntervalSince1970 * 1_000), due: due))
        if errand.milliseconds > 0, !isQuick { try await Task.sleep(for: .milliseconds(errand.milliseconds)) }
        guard !isDown else { throw Failure(description: "the server is down") }
        guard errand.failures != Errand.forGood else { return .deadLetter("no retry can help") }
        guard context.attempt > errand.failures else { throw Failure(description: "attempt \(context.attempt) fails") }
        return .done(
            writing: ProducerRecord(
                to: output, partition: record.source.partition, key: record.key, value: Array("\(errand.number) \(context.attempt)".utf8)))
    }
}

/// What a failing errand throws.
struct Failure: Error, CustomStringConvertible { var description: String }
