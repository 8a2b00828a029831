import RetryCore
import Testing

@Suite("Jitter")
struct JitterTests {
    static let base = Duration.seconds(10)

    static func delays(_ jitter: Jitter) throws -> [Duration] {
        let policy = try RetryPolicy.fixed(base, retries: 5, jitter: jitter)
        return try (0..<2_000).map { try #require(policy.delay(for: RetryPolicyTests.attempt(1, offset: $0))) }
    }

    @Test("full spreads over the whole delay, equal over its upper half, none not at all")
    func spread() throws {
        let full = try Self.delays(.full)
        #expect(full.allSatisfy { $0 >= .zero && $0 <= Self.base })
        for tenth in 0..<10 {
            let share = full.filter { $0 >= .seconds(tenth) && $0 < .seconds(tenth + 1) }.count
            #expect(share > 120 && share < 280, "\(share) of 2,000 in second \(tenth)")
        }
        let equal = try Self.delays(.equal)
        #expect(equal.allSatisfy { $0 >= .seconds(5) && $0 <= Self.base })
        #expect(equal.contains { $0 < .seconds(6) } && equal.contains { $0 > .seconds(9) })
        #expect(try Self.delays(.none).allSatisfy { $0 == Self.base })
    }

    @Test("the same attempt gets the same delay in every process; topic, partition, offset and retry each change it")
    func seeded() throws {
        let policy = try RetryPolicy.fixed(Self.base, retries: 5, jitter: .full)
        func delay(_ topic: String, _ partition: Int32, _ offset: Int64, _ retry: Int64) throws -> Duration {
            try #require(policy.delay(for: RetryAttempt(source: TopicPartition(topic, partition), offset: offset, retry: retry)))
        }
        let delays = [
            try delay("T", 0, 0, 1), try delay("U", 0, 0, 1), try delay("T", 1, 0, 1), try delay("T", 0, 1, 1), try delay("T", 0, 0, 2),
        ]
        #expect(Set(delays).count == 5)
        // Written down once: a change would move due times at an upgrade.
        #expect(delays.map(\.roundedUpMilliseconds) == [3_747, 9_201, 4_480, 355, 6_330])
    }

    @Test("no delay is no delay, and the longest one is not passed")
    func bounds() throws {
        for jitter in Jitter.allCases {
            #expect(try RetryPolicy.fixed(.zero, retries: 1, jitter: jitter).delay(for: RetryPolicyTests.attempt(1)) == .zero)
            let longest = try RetryPolicy.fixed(RetryPolicy.longest, retries: 1, jitter: jitter).delay(for: RetryPolicyTests.attempt(1))
            #expect(try #require(longest) <= RetryPolicy.longest)
        }
    }
}
