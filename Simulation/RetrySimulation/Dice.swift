import RetryCore

/// All that is random in a simulation, from one seed.
struct Dice {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Yes, `percent` times in a hundred.
    mutating func happens(_ percent: Double) -> Bool { Double(random.next() >> 11) / Double(1 << 53) * 100 < percent }

    /// One of a range's numbers, each as likely as the others.
    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Int64 { Int64(number(range)) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }

    mutating func next() -> UInt64 { random.next() }
}
