/// A message's place in a ``ProducerMachine``: a small number, used again once the message has ended.
public struct SendSlot: Hashable, Sendable, Comparable {
    /// The number, from 0.
    public let index: Int

    /// The place with that number.
    public init(_ index: Int) { self.index = index }

    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}
