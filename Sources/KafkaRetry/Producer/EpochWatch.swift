import RDKafka
import RetryCore
import Synchronization

/// Knows which messages librdkafka may have written twice on its own.
///
/// When a request fails for good, or what was queued is taken back, librdkafka raises its producer's epoch, and sends what was in flight again
/// in the new one. Brokers recognise a repeat within an epoch only, so what had arrived of it stands there twice, and its report says
/// "delivered". librdkafka tells of it in its log alone, under `debug=eos`: that a partition waits until nothing of it is in flight (`DRAIN`),
/// which it does before it sends any of it again, and that the partition has taken another epoch (`NEWPID`). Both lines come before any of it is
/// sent again, and so before its report. What was handed over before the first and is delivered after the second may be there twice.
/// A partition that waits because a broker has refused its numbering (`ERRSEQ`) repeats nothing: nothing of it is taken in that epoch any more.
/// Messages are told apart by their sequence: the place among all that were accepted, in which those of a partition are handed over.
final class EpochWatch: Sendable {
    private struct State {
        /// By partition, the newest message that was handed over before it began to wait for what is in flight.
        var drains: [TopicPartition: UInt64] = [:]
        /// Partitions that are about to wait because their numbering was refused.
        var refused: Set<TopicPartition> = []
        var limits: [TopicPartition: UInt64] = [:]
    }

    private let latest = Atomic<UInt64>(0)
    private let newestLimit = Atomic<UInt64>(0)
    private let state = Mutex(State())

    /// To be told before messages are handed over: the newest of them, or of earlier ones.
    func handsOver(_ sequence: UInt64) { latest.store(sequence, ordering: .releasing) }

    /// Whether librdkafka may have written any message twice on its own.
    var hasRepeats: Bool { newestLimit.load(ordering: .acquiring) > 0 }

    /// Whether a message that is delivered in that partition may be there twice: to be asked for each, once its report has been taken.
    func mayRepeat(_ sequence: UInt64, in place: @autoclosure () -> TopicPartition) -> Bool {
        guard sequence <= newestLimit.load(ordering: .acquiring) else { return false }
        let place = place()
        return state.withLock { $0.limits[place].map { sequence <= $0 } ?? false }
    }

    /// Takes a line of librdkafka's log, on any thread.
    func took(_ line: RDKafkaLogLine) {
        switch line.facility {
        case "ERRSEQ":
            guard let partition = Self.partition(line.message, before: " with ") else { return }
            state.withLock { _ = $0.refused.insert(partition) }
        case "DRAIN":
            guard let partition = Self.partition(line.message, before: " beginning partition drain") else { return }
            let sequence = latest.load(ordering: .acquiring)
            state.withLock { if !$0.refused.contains(partition) { $0.drains[partition] = sequence } }
        case "NEWPID":
            guard let partition = Self.partition(line.message, before: " changed PID{") else { return }
            state.withLock { state in
                state.refused.remove(partition)
                let sequence = state.drains.removeValue(forKey: partition)
                // Its first epoch repeats nothing.
                guard let sequence, !line.message.contains(" changed PID{Invalid}") else { return }
                state.limits[partition] = sequence
                newestLimit.store(max(sequence, newestLimit.load(ordering: .relaxed)), ordering: .releasing)
            }
        default: break
        }
    }

    /// Of `[thrd:NAME]: … TOPIC [NUMBER] TEXT …`.
    private static func partition(_ message: String, before text: String) -> TopicPartition? {
        let place = message.firstRange(of: text).map { message[..<$0.lowerBound] }
        guard let place, place.last == "]", let open = place.lastIndex(of: "["), let space = place[..<open].lastIndex(of: " "),
            let number = Int32(place[place.index(after: open)...].dropLast())
        else { return nil }
        let start = place[..<space].lastIndex(of: " ").map { place.index(after: $0) } ?? place.startIndex
        return TopicPartition(String(place[start..<space]), number)
    }
}
