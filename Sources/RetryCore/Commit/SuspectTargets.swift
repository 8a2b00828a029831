/// The targets that may be why a transaction failed: topics, and partitions of topics.
///
/// Brokers that refuse one topic of a transaction fail all of it, and what comes back names none (measured: without the right to write to
/// one of two topics the records of both are purged). So the topics of such a batch go alone, in turns with the others, until each was
/// written to. One that fails alone is at fault: it waits, longer each time, and is then tried with a single record. So does a partition whose
/// records alone are not acknowledged in time, since its leader may be gone for long.
struct SuspectTargets: Sendable {
    /// What one batch may write to.
    enum Turn: Hashable, Sendable {
        /// All that nothing is held against.
        case trusted
        /// This topic, or this partition, and no other.
        case alone(String)
    }

    private struct Suspect: Sendable {
        var failures = 0
        var notBefore = Timestamp.distantPast
        /// Nothing is held against it from then on, if it was not at fault until then: nothing may ever be written to it again.
        var until = Timestamp.distantFuture
    }

    /// How long one that is at fault is left alone at first.
    private let pause: Duration
    private var suspects: [String: Suspect] = [:]
    /// In the order in which they come, so that none starves another.
    private var turns = [Turn.trusted]
    /// Whose turn it was last.
    private var taken = Turn.trusted

    /// How long one that brokers named, and that was not written to, goes alone: longer than a record that waits for it does.
    private static let aloneTime: Duration = .seconds(120)

    init(pause: Duration) { self.pause = pause }

    var isEmpty: Bool { suspects.isEmpty }

    /// Whether a record for `target` may go in this turn.
    func admits(_ target: TopicPartition, in turn: Turn) -> Bool {
        guard !isEmpty else { return true }
        return suspicion(of: target).map { turn == .alone($0) } ?? (turn == .trusted)
    }

    /// Whether what becomes of a record may go in this turn. Where it is written to more than one suspect, the first decides.
    func admits(_ move: Move, in turn: Turn) -> Bool {
        guard !isEmpty else { return true }
        return move.targets.compactMap(suspicion).min().map { turn == .alone($0) } ?? (turn == .trusted)
    }

    /// Until when nothing is done about a record, because one of the targets that it is written to waits.
    func wait(for move: Move, now: Timestamp) -> Timestamp? {
        guard !isEmpty else { return nil }
        return move.targets.compactMap { wait(for: $0, now: now) }.max()
    }

    /// Until when nothing is written to `target`, if it waits.
    func wait(for target: TopicPartition, now: Timestamp) -> Timestamp? {
        guard !isEmpty else { return nil }
        return suspicion(of: target).flatMap { wait(for: $0, now: now) }
    }

    private func wait(for suspect: String, now: Timestamp) -> Timestamp? {
        suspects[suspect].flatMap { $0.notBefore > now ? $0.notBefore : nil }
    }

    /// The suspect that a target is part of.
    private func suspicion(of target: TopicPartition) -> String? {
        if suspects[target.topic] != nil { return target.topic }
        let partition = target.description
        return suspects[partition] == nil ? nil : partition
    }

    /// The turns that may be taken now, beginning with the one that has waited longest. Every second one is for all that nothing is held
    /// against: each suspect may take as long as its records' time-out, and there may be as many as there are partitions.
    func turns(now: Timestamp) -> [Turn] {
        guard !isEmpty else { return turns }
        let alone = turns.filter { if case .alone(let suspect) = $0 { wait(for: suspect, now: now) == nil } else { false } }
        if taken == .trusted { return alone + [.trusted] }
        return [.trusted] + alone
    }

    /// How much a batch of this turn may hold: one record where more would most likely be for nothing.
    func limit(_ turn: Turn, of limit: BatchLimit) -> BatchLimit {
        guard case .alone(let name) = turn, let suspect = suspects[name], suspect.failures > 0 else { return limit }
        return BatchLimit(records: 1, bytes: limit.bytes)
    }

    /// This turn's batch has been closed.
    mutating func take(_ turn: Turn) {
        turns.removeAll { $0 == turn }
        turns.append(turn)
        taken = turn
    }

    /// These targets were written to.
    mutating func clear(_ targets: Set<TopicPartition>) {
        for name in Set(targets.flatMap { [$0.topic, $0.description] }) where suspects[name] != nil { remove(name) }
    }

    /// A transaction failed, of which nothing was written to these topics. Answers the one that is at fault, if that is known now.
    mutating func fail(_ topics: Set<String>, now: Timestamp) -> String? {
        suspect(topics)
        guard let topic = topics.count == 1 ? topics.first : topics.first(where: { taken == .alone($0) }) else { return nil }
        blame(topic, now: now)
        return topic
    }

    /// Records for these partitions were not acknowledged in time. Where others were, or where one was tried alone, it is at fault; else
    /// nobody is. Answers those that are. What leaves its partition to librdkafka counts as one more partition of its topic.
    mutating func fail(_ partitions: Set<TopicPartition>, others isAnyWritten: Bool, now: Timestamp) -> [TopicPartition] {
        let atFault = partitions.filter { isAnyWritten || taken == .alone($0.description) }.sorted()
        suspect(Set(atFault.map(\.description)))
        for partition in atFault { blame(partition.description, now: now) }
        return atFault
    }

    /// These were not to be had, or did not answer, which failed others with them: they go alone. Their records wait each by itself.
    mutating func isolate(_ partitions: Set<TopicPartition>, now: Timestamp) {
        let names = Set(partitions.filter { suspects[$0.topic] == nil }.map(\.description))
        suspect(names)
        for name in names where suspects[name]?.failures == 0 { suspects[name]?.until = now.advanced(by: Self.aloneTime) }
    }

    /// Lets those go alone no longer that were not at fault for long.
    mutating func forgetOld(now: Timestamp) {
        for (name, suspect) in suspects where suspect.until <= now { remove(name) }
    }

    private mutating func remove(_ name: String) {
        suspects[name] = nil
        turns.removeAll { $0 == .alone(name) }
    }

    private mutating func suspect(_ names: Set<String>) {
        for name in names.sorted() where suspects[name] == nil {
            suspects[name] = Suspect()
            turns.append(.alone(name))
        }
    }

    private mutating func blame(_ name: String, now: Timestamp) {
        guard var suspect = suspects[name] else { return }
        suspect.failures += 1
        suspect.notBefore = now.advanced(by: Move.pause(pause, after: suspect.failures))
        suspect.until = .distantFuture
        suspects[name] = suspect
    }

    /// The clock was set back.
    mutating func forgetWaits() {
        for (name, suspect) in suspects {
            suspects[name]?.notBefore = .distantPast
            if suspect.until < .distantFuture { suspects[name]?.until = .distantPast }
        }
    }
}
