import Foundation

/// Chance that can be repeated: the seed is `CHAOS_SEED`, or new and printed.
package struct Chance: RandomNumberGenerator, Sendable {
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64 = Chance.given ?? UInt64.random(in: 1...999_999)) {
        self.seed = seed
        state = seed &* 0x9E37_79B9_7F4A_7C15
    }

    package static var given: UInt64? { ProcessInfo.processInfo.environment["CHAOS_SEED"].flatMap { UInt64($0) } }

    /// Marsaglia's xorshift64 with a multiplied output (xorshift64*).
    package mutating func next() -> UInt64 {
        if state == 0 { state = 0x2545_F491_4F6C_DD1D }
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
