/// First in, first out, at the same cost however many there are. What has been taken out is let go at once.
public struct Fifo<Element: Sendable>: Sendable {
    @usableFromInline var elements: [Element?] = []
    /// So many of them have been taken.
    @usableFromInline var taken = 0
    /// The places of so many that were taken are kept at the most, before they are given back.
    @usableFromInline static var mostTaken: Int { 1_024 }

    /// An empty one.
    @inlinable public init() {}

    /// How many there are.
    @inlinable public var count: Int { elements.count - taken }
    /// Whether there is none.
    @inlinable public var isEmpty: Bool { count == 0 }
    /// The next one.
    @inlinable public var first: Element? { isEmpty ? nil : elements[taken] }

    /// Adds one behind all others.
    @inlinable public mutating func append(_ element: Element) { elements.append(element) }

    /// Takes out the next one.
    @inlinable public mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[taken].take()
        taken += 1
        if taken == elements.count {
            elements.removeAll(keepingCapacity: taken <= Self.mostTaken)
            taken = 0
        } else if taken > Self.mostTaken {
            elements.removeFirst(taken)
            taken = 0
        }
        return element
    }

    /// Takes out all that match, in order.
    @inlinable public mutating func remove(where matches: (Element) -> Bool) -> [Element] {
        let left = elements[taken...].compactMap(\.self)
        let removed = left.filter(matches)
        guard !removed.isEmpty else { return [] }
        (elements, taken) = (left.filter { !matches($0) }, 0)
        return removed
    }
}
