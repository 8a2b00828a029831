import Foundation
import Testing

@testable import RetryCore

/// 100,000 sets of headers that nobody would write on purpose. A failing one is named by its seed; `RETRY_SEED={seed}` makes it the
/// first of the sets that are tried.
@Suite("Mangled headers")
struct MangledHeadersTests {
    @Test("trap nowhere, and lose nothing that is not ours", arguments: HeaderDialect.allCases)
    func mangled(dialect: HeaderDialect) throws {
        let given = ProcessInfo.processInfo.environment["RETRY_SEED"].flatMap(UInt64.init)
        let first = given ?? UInt64.random(in: 0...UInt64.max / 2)
        print("Mangled headers in \(dialect): RETRY_SEED=\(first)")
        let relay = try HopFixture(service: "ours", dialect: dialect, policy: .exponential(jitter: .full, maxAge: .seconds(3_600)))
        var outcomes: Set<String> = []
        for seed in first..<first + 50_000 {
            var mangler = HeaderMangler(seed: seed, now: relay.now)
            let record = relay.record(mangler.timestamp(), mangler.headers())
            if let fault = fault(relay, record) {
                Issue.record("\(fault), RETRY_SEED=\(seed): \(record.headers.lines)")
                return
            }
            outcomes.insert(outcome(relay, record))
        }
        let possible: Set = [
            "passed over", "marker", "republished", "waits", "malformed-header", "attempts-exhausted", "due-out-of-range", "expired",
        ]
        #expect(outcomes == possible)
    }

    private func outcome(_ relay: HopFixture, _ record: KafkaRecord) -> String {
        switch relay.planner.arrival(of: record, now: relay.now) {
        case .passedOver: "passed over"
        case .marker: "marker"
        case .due:
            switch relay.planner.hop(for: record, now: relay.now) {
            case .republish: "republished"
            case .wait: "waits"
            case .deadLetter(_, let reason): reason.rawValue
            }
        }
    }

    /// What is wrong with how a record is treated, if anything.
    private func fault(_ relay: HopFixture, _ record: KafkaRecord) -> String? {
        let arrival = relay.planner.arrival(of: record, now: relay.now)
        let hop = relay.planner.hop(for: record, now: relay.now)
        switch (arrival, hop) {
        case (.passedOver, _), (.marker, _): break
        case (.due(let due), .wait(let until)): if due != until || due <= relay.now { return "waits until \(until), not \(due)" }
        case (.due(let due), .republish(let sent)):
            if due > relay.now { return "goes before \(due)" }
            if sent.headers.count(of: .deadLetterReason) > 0 { return "a reason without a dead letter" }
        case (.due(let due), .deadLetter(let letter, let reason)):
            if due != .distantPast { return "dead-lettered, but due at \(due)" }
            if letter.headers.text(.deadLetterReason) != reason.rawValue { return "dead-lettered without the reason \(reason)" }
        }
        let carried = record.headers.carried
        for sent in [hop.record, relay.planner.reappend(record, due: relay.now), relay.planner.refused(record)] {
            if let sent, let fault = fault(in: sent, of: record, carried) { return fault }
        }
        return nil
    }

    private func fault(in sent: OutgoingRecord, of record: KafkaRecord, _ carried: KafkaHeaders) -> String? {
        if sent.key != record.key || sent.value != record.value { return "key or value changed" }
        if sent.headers.carried != carried { return "carried \(sent.headers.lines)" }
        if sent.headers.byteCount > record.headers.byteCount + 8_192 { return "grew by more than 8 KiB" }
        var seen = HeaderSet()
        var repeated: KnownHeader?
        sent.headers.forEach { name, _ in
            guard let known = KnownHeader(name: name) else { return }
            if seen.has(known) { repeated = known }
            seen.add(known)
        }
        return repeated.map { "\($0.name) repeated" }
    }
}

extension HopFixture {
    fileprivate func record(_ timestamp: Timestamp?, _ headers: KafkaHeaders) -> KafkaRecord {
        var record = record([(String, String)](), timestamp: timestamp)
        record.headers = headers
        return record
    }
}

/// Makes headers from a seed: names that are ours, nearly ours and foreign; values right, nearly right and wild.
private struct HeaderMangler {
    var random: SplitMix64
    let now: Timestamp

    init(seed: UInt64, now: Timestamp) {
        random = SplitMix64(seed: seed)
        self.now = now
    }

    mutating func timestamp() -> Timestamp? {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: nil
        case 1: Timestamp(milliseconds: Int64.random(in: .min ... .max, using: &random))
        default: Timestamp(milliseconds: now.milliseconds - Int64.random(in: -5_000...5_000, using: &random))
        }
    }

    mutating func headers() -> KafkaHeaders {
        var headers = KafkaHeaders()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            name().withUnsafeBytes { name in
                if let value = value() {
                    value.withUnsafeBytes { headers.append(name: name, value: $0) }
                } else {
                    headers.append(name: name, value: nil)
                }
            }
        }
        return headers
    }

    private mutating func name() -> [UInt8] {
        let deciding: [KnownHeader] = [.retryCount, .nextRetryTimestamp, .retryGroup, .springAttempts, .springBackoffTimestamp]
        let half = Bool.random(using: &random)
        var name = Array(((half ? deciding : KnownHeader.allCases).randomElement(using: &random) ?? .retryCount).nameBytes)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: name[Int.random(in: 0..<name.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: name.removeLast(Int.random(in: 0...name.count, using: &random))
        case 2: name += bytes(upTo: 20)
        case 3: name = bytes(upTo: 30)
        default: break
        }
        return name
    }

    private mutating func value() -> [UInt8]? {
        switch Int.random(in: 0..<16, using: &random) {
        case 0: nil
        case 1: []
        case 2: bytes(upTo: 40)
        case 3: Array(repeating: UInt8.random(in: 0...255, using: &random), count: Int.random(in: 0...3_000, using: &random))
        case 4: Array("measures".utf8)
        case 5: Array(["ours", "theirs"].randomElement(using: &random)?.utf8 ?? "".utf8)
        case 6: Array("-\(Int64.random(in: 0 ... .max, using: &random))".utf8)
        case 7: bigEndian(Int32.random(in: -2...8, using: &random))
        case 8: bigEndian(now.milliseconds + Int64.random(in: -9_000...9_000, using: &random))
        case 9: bigEndian(Int64.random(in: .min ... .max, using: &random))
        case 10, 11: Array("\(now.milliseconds + Int64.random(in: -9_000...9_000, using: &random))".utf8)
        case 12: Array("\(UInt64.random(in: 0 ... .max, using: &random))".utf8)
        default: Array("\(Int.random(in: 0...7, using: &random))".utf8)
        }
    }

    private mutating func bytes(upTo count: Int) -> [UInt8] {
        (0..<Int.random(in: 0...count, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}
