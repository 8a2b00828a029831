/// Mostly one element, without the allocation that an array costs.
@frozen public enum OneOrMany<Element> {
    /// One element.
    case one(Element)
    /// Any number of them.
    case many([Element])

    /// These elements.
    @inlinable public init(_ elements: [Element]) { self = elements.count == 1 ? .one(elements[0]) : .many(elements) }
}

extension OneOrMany: Sendable where Element: Sendable {}

extension OneOrMany: RandomAccessCollection {
    /// 0.
    @inlinable public var startIndex: Int { 0 }

    /// How many there are.
    @inlinable public var endIndex: Int {
        switch self {
        case .one: 1
        case .many(let elements): elements.count
        }
    }

    /// The element at an index, from 0.
    @inlinable public subscript(index: Int) -> Element {
        switch self {
        case .one(let element):
            precondition(index == 0, "there is one element")
            return element
        case .many(let elements): return elements[index]
        }
    }
}

extension OneOrMany: ExpressibleByArrayLiteral {
    /// These elements.
    public init(arrayLiteral elements: Element...) { self.init(elements) }
}
