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
/// Messages are told apart by their sequence: the place among all that were accepted, in which those of a partition are handed over.
final class EpochWatch: Sendable {
    private struct State {
        /// By partition, the newest message that was handed over before it began to wait for what is in flight.
        var drains: [TopicPartition: UInt64] = [:]
        var limits: [TopicPartition: UInt64] = [:]
    }

    private let latest = Atomic<UInt64>(0)
    private let changes = Atomic<Int>(0)
    private let state = Mutex(State())

    /// To be told before messages are handed over: the newest of them, or of earlier ones.
    func handsOver(_ sequence: UInt64) { latest.store(sequence, ordering: .releasing) }

    /// How often ``limits`` have changed.
    var changeCount: Int { changes.load(ordering: .acquiring) }

    /// What was handed over up to this one, and had not ended then, may be in the partition twice.
    var limits: [TopicPartition: UInt64] { state.withLock(\.limits) }

    /// Takes a line of librdkafka's log, on any thread.
    func took(_ line: RDKafkaLogLine) {
        switch line.facility {
        case "DRAIN":
            guard let partition = Self.partition(line.message, before: " beginning partition drain") else { return }
            let sequence = latest.load(ordering: .acquiring)
            state.withLock { $0.drains[partition] = sequence }
        case "NEWPID":
            guard let partition = Self.partition(line.message, before: " changed PID{") else { return }
            state.withLock { state in
                let sequence = state.drains.removeValue(forKey: partition)
                // Its first epoch repeats nothing.
                guard let sequence, !line.message.contains(" changed PID{Invalid}") else { return }
                state.limits[partition] = sequence
                changes.add(1, ordering: .releasing)
            }
        default: break
        }
    }

    /// Of `[thrd:NAME]: TOPIC [NUMBER] TEXT …`.
    private static func partition(_ message: String, before text: String) -> TopicPartition? {
        let place = message.firstRange(of: text).map { message[..<$0.lowerBound] }
        guard let place, place.last == "]", let open = place.lastIndex(of: "["), let space = place[..<open].lastIndex(of: " "),
            let number = Int32(place[place.index(after: open)...].dropLast())
        else { return nil }
        let start = place[..<space].lastIndex(of: " ").map { place.index(after: $0) } ?? place.startIndex
        return TopicPartition(String(place[start..<space]), number)
    }
}
