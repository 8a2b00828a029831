import RetryCore
import Testing

@Suite struct OneOrManyTests {
    @Test(arguments: [[], [7], [7, 8], [1, 2, 3]]) func itIsAsTheArrayThatItWasMadeOf(elements: [Int]) {
        let own = OneOrMany(elements)
        #expect(Array(own) == elements && own.count == elements.count && own.first == elements.first && own.last == elements.last)
        #expect(own.indices.map { own[$0] } == elements)
    }

    @Test func aLiteralOfOneElementNeedsNoArray() {
        if case .one(let element) = [5] as OneOrMany { #expect(element == 5) } else { Issue.record("it is an array") }
    }
}
