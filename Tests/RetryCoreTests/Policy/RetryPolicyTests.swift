import RetryCore
import Testing

@Suite("Retry policy")
struct RetryPolicyTests {
    static func attempt(_ retry: Int64, offset: Int64 = 7) -> RetryAttempt {
        RetryAttempt(source: TopicPartition("PatientEvent-Retry", 3), offset: offset, retry: retry)
    }

    static func delays(_ policy: RetryPolicy, _ retries: ClosedRange<Int64>) -> [Duration?] {
        retries.map { policy.delay(for: attempt($0)) }
    }

    @Test("by default five retries after 0.5, 1, 2, 4 and 5 s")
    func standard() throws {
        let expected: [Duration?] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5), nil, nil]
        #expect(Self.delays(.standard, 1...7) == expected)
        #expect(Self.delays(try .exponential(), 1...7) == expected)
        #expect(Self.delays(RetryPolicies()[.patientEvent], 1...7) == expected)
    }

    @Test("fixed and listed delays, the list's length being the number of retries")
    func fixedAndListed() throws {
        #expect(Self.delays(try .fixed(.seconds(3), retries: 2), 1...3) == [.seconds(3), .seconds(3), nil])
        #expect(Self.delays(try .listed([.seconds(20), .seconds(60)]), 0...3) == [nil, .seconds(20), .seconds(60), nil])
        #expect(Self.delays(try .fixed(.seconds(3), retries: 0), 1...1) == [nil])
    }

    @Test("a custom one is asked, and never answers less than nothing")
    func custom() throws {
        let policy = try RetryPolicy.custom { $0.retry < 3 ? .seconds(-$0.offset) : nil }
        #expect(Self.delays(policy, 1...3) == [.zero, .zero, nil])
    }

    @Test("delays of whole milliseconds stay whole, whatever the factor's binary digits are")
    func exact() throws {
        let policy = try RetryPolicy.exponential(retries: 10, initial: .milliseconds(100), factor: 1.1, max: .seconds(60))
        #expect(policy.delay(for: Self.attempt(2)) == .milliseconds(110))
        #expect(policy.delay(for: Self.attempt(3)) == .milliseconds(121))
    }

    @Test("any factor and any retry stays below the longest delay", arguments: [1, 1.000_000_1, 2, 1e10, 1e300, .greatestFiniteMagnitude])
    func huge(factor: Double) throws {
        let policy = try RetryPolicy.exponential(retries: .max, initial: .nanoseconds(1), factor: factor, max: RetryPolicy.longest)
        for retry in [1, 2, 3, 100, 10_000, .max] as [Int64] {
            let delay = try #require(policy.delay(for: Self.attempt(retry)))
            #expect(delay >= .nanoseconds(1) && delay <= RetryPolicy.longest)
        }
    }

    @Test("an initial delay above the usual longest is the longest, and above one that is given is an error")
    func initialAboveMax() throws {
        #expect(Self.delays(try .exponential(initial: .seconds(9)), 1...2) == [.seconds(9), .seconds(9)])
        #expect(throws: InvalidRetryPolicy.self) { try RetryPolicy.exponential(initial: .seconds(9), max: .seconds(2)) }
        #expect(Self.delays(try .exponential(initial: .zero), 1...2) == [.zero, .zero])
    }

    @Test("what no policy can have is thrown, naming the setting and what was expected")
    func invalid() throws {
        func message(_ body: () throws -> RetryPolicy) -> String {
            do { return "accepted \(try body())" } catch { return "\(error)" }
        }
        for factor in [Double.nan, .infinity, -.infinity, 0, 0.99, -2] {
            #expect(message { try .exponential(factor: factor) } == "factor must be a finite number from 1, not \(factor)")
        }
        #expect(message { try .exponential(retries: -1) } == "retries must be 0 or more, not -1")
        #expect(message { try .exponential(initial: .seconds(-1)) }.hasPrefix("initial-delay must be between 0 and 36500 days"))
        #expect(message { try .exponential(max: .seconds(Int64.max)) }.hasPrefix("max-delay must be"))
        #expect(message { try .fixed(.seconds(-1), retries: 1) }.hasPrefix("initial-delay must be"))
        #expect(message { try .listed([]) } == "delays must be at least one delay, not none")
        #expect(message { try .listed([.seconds(1), .seconds(-1)]) }.hasPrefix("delays must be"))
        #expect(message { try .exponential(maxAge: .seconds(-1)) }.hasPrefix("max-age must be"))
    }

    @Test("a topic's own policy comes before the default")
    func perTopic() throws {
        let policies = RetryPolicies(byTopic: [.submitReport: try .fixed(.seconds(1), retries: 1)])
        #expect(policies[.submitReport].retries == 1)
        #expect(policies[.patientEvent].retries == 5)
    }
}
