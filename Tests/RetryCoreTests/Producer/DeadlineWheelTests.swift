import Testing

@testable import RetryCore

@Suite struct DeadlineWheelTests {
    /// Against a plain list: each deadline is told once, within a span, in the order of acceptance, unless it was dropped.
    @Test func deadlinesAreToldAsASortedListTellsThem() {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        print("deadline wheel seed \(seed)")
        var random = SplitMix64(seed: seed)
        for round in 0..<40 {
            // Some rounds go far beyond the ring.
            let (reach, step): (Int64, Int64) = round.isMultiple(of: 4) ? (600_000, 40_000) : (3_000, 40)
            var (wheel, entries, free): (DeadlineWheel, [SendEntry], [Int32]) = (DeadlineWheel(), [], [])
            var (truth, now, sequence): ([Int32: Int64], Int64, UInt64) = ([:], Int64.random(in: 0...1_000_000, using: &random), 0)
            for _ in 0..<600 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5:
                    let slot = free.popLast() ?? Int32(entries.count)
                    if Int(slot) == entries.count { entries.append(SendEntry()) }
                    sequence += 1
                    let deadline = now + Int64.random(in: -20...reach, using: &random)
                    entries[Int(slot)] = SendEntry(sequence: sequence, deadline: deadline)
                    wheel.insert(slot, in: &entries, now: now)
                    // What has passed already is told within a span too.
                    truth[slot] = max(deadline, now)
                case 5..<7:
                    guard let slot = truth.keys.sorted().randomElement(using: &random) else { continue }
                    wheel.remove(slot, in: &entries)
                    wheel.remove(slot, in: &entries)
                    truth[slot] = nil
                    free.append(slot)
                default:
                    now += Int64.random(in: 0...step, using: &random)
                    let told = wheel.expired(in: &entries, now: now)
                    #expect(told.map { entries[Int($0)].sequence } == told.map { entries[Int($0)].sequence }.sorted())
                    for slot in told {
                        let deadline = truth.removeValue(forKey: slot)
                        #expect(deadline.map { $0 <= now } == true, "seed \(seed): told early, or twice")
                        free.append(slot)
                    }
                    #expect(truth.values.allSatisfy { $0 > now - DeadlineWheel.span }, "seed \(seed): a deadline is late")
                }
                #expect(wheel.count == truth.count)
                #expect(wheel.nextMoment(now: now) == .max || wheel.nextMoment(now: now) - now <= DeadlineWheel.span)
            }
        }
    }
}
