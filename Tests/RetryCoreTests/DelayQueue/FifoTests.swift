import Testing

@testable import RetryCore

@Suite struct FifoTests {
    @Test func theyLeaveInTheOrderInWhichTheyCame() {
        var queue = Fifo<Int>()
        var (next, left) = (0, 0)
        // It is never empty in between, so that places are given back while others wait.
        for _ in 0..<1_000 {
            for _ in 0..<5 {
                queue.append(next)
                next += 1
            }
            for _ in 0..<3 {
                #expect(queue.first == left && queue.popFirst() == left)
                left += 1
            }
        }
        #expect(queue.count == next - left)
        while let element = queue.popFirst() {
            #expect(element == left)
            left += 1
        }
        #expect(left == next && queue.isEmpty && queue.first == nil)
    }

    @Test func thoseThatMatchAreTakenOutAndTheOthersKeepTheirOrder() {
        var queue = Fifo<Int>()
        for element in 0..<10 { queue.append(element) }
        _ = queue.popFirst()
        #expect(queue.remove { $0 % 3 == 0 } == [3, 6, 9], "0 has left")
        #expect(queue.remove { $0 > 100 } == [])
        var left: [Int] = []
        while let element = queue.popFirst() { left.append(element) }
        #expect(left == [1, 2, 4, 5, 7, 8])
    }
}
