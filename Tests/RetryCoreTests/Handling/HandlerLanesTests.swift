import Testing

@testable import RetryCore

/// Lanes whose calls can stand in an expectation.
private final class Lanes {
    var lanes: HandlerLanes<Int>
    init(_ order: HandlerOrder) { lanes = HandlerLanes(order) }
    func admit(_ item: Int, key: [UInt8]?, call: Int) -> Bool { lanes.admit(item, lane: lane(key), call: call) }
    func takeNext(key: [UInt8]?, call: Int) -> Int? { lane(key).flatMap { lanes.takeNext($0, call: call) } }
    func release(key: [UInt8]?, call: Int) -> Int64? { lane(key).flatMap { lanes.release($0, call: call) } }
    func next(key: [UInt8]?) -> Int64? { lane(key).flatMap { lanes.next($0) } }
    func putBack(_ item: Int, key: [UInt8]?, call: Int) -> Bool { lane(key).map { lanes.putBack(item, $0, call: call) } ?? false }
    private func lane(_ key: [UInt8]?) -> Int? {
        key.map { key in key.withUnsafeBytes { lanes.lane(key: $0) } } ?? lanes.lane(key: nil)
    }
    var waiting: [Int] { Array(lanes.waiting) }
    var waitingCount: Int { lanes.waitingCount }
    var isBlocked: Bool { lanes.isBlocked }
}

extension Int: LaneItem {
    var offset: Int64 { Int64(self) }
}

@Suite struct HandlerLanesTests {
    private let a: [UInt8] = [97]
    private let b: [UInt8] = [98]

    @Test func withoutOrderEverythingStarts() {
        let lanes = Lanes(.unordered)
        let started = (0..<5).map { lanes.admit($0, key: a, call: $0) }
        #expect(started.allSatisfy { $0 } && lanes.waitingCount == 0 && !lanes.isBlocked)
    }

    @Test func recordsOfOneKeyFollowEachOtherAndOthersGoOn() {
        let lanes = Lanes(.key)
        #expect(lanes.admit(0, key: a, call: 1))
        #expect(!lanes.admit(1, key: a, call: 2))
        #expect(lanes.admit(2, key: b, call: 2))
        #expect(!lanes.admit(3, key: a, call: 3))
        #expect(lanes.waiting == [1, 3])
        #expect(lanes.takeNext(key: a, call: 4) == nil, "call 1 still has the lane")
        #expect(lanes.release(key: a, call: 1) == 1)
        #expect(lanes.next(key: a) == 1)
        #expect(!lanes.admit(4, key: a, call: 5), "what waits goes first")
        #expect(lanes.takeNext(key: a, call: 6) == 1)
        #expect(lanes.takeNext(key: a, call: 6) == 3)
        #expect(lanes.takeNext(key: a, call: 6) == 4, "a call may take all of them")
        #expect(lanes.release(key: a, call: 6) == nil)
        #expect(lanes.admit(5, key: a, call: 7))
    }

    @Test func aCallOfManyRecordsTakesItsLaneFurther() {
        let lanes = Lanes(.key)
        let started = (0..<3).map { lanes.admit($0, key: a, call: 1) }
        #expect(started == [true, true, true])
        #expect(lanes.release(key: a, call: 1) == nil)
        #expect(lanes.admit(3, key: a, call: 2), "released once, whichever of its records ends last")
    }

    @Test func recordsWithoutAKeyHaveNoLaneInKeyOrder() {
        let lanes = Lanes(.key)
        #expect(lanes.admit(0, key: nil, call: 1))
        #expect(lanes.admit(1, key: nil, call: 2))
    }

    @Test func aPartitionIsOneLane() {
        let lanes = Lanes(.partition)
        #expect(lanes.admit(0, key: a, call: 1))
        #expect(lanes.isBlocked)
        #expect(!lanes.admit(1, key: nil, call: 2))
        #expect(lanes.release(key: a, call: 1) == 1)
        #expect(lanes.takeNext(key: b, call: 3) == 1)
        #expect(lanes.release(key: nil, call: 3) == nil)
        #expect(!lanes.isBlocked)
    }

    @Test func aLongLaneKeepsItsOrder() {
        let lanes = Lanes(.key)
        #expect(lanes.admit(0, key: a, call: 0))
        for item in 1...1_000 { #expect(!lanes.admit(item, key: a, call: item)) }
        for item in 1...1_000 {
            #expect(lanes.release(key: a, call: item - 1) == Int64(item))
            #expect(lanes.takeNext(key: a, call: item) == item)
        }
        #expect(lanes.waitingCount == 0)
    }

    @Test func lanesShareTheirPlacesAndMixNothingUp() {
        let lanes = Lanes(.key)
        let keys = (0..<50).map { [UInt8($0)] }
        for (call, key) in keys.enumerated() { #expect(lanes.admit(call, key: key, call: call)) }
        // In turns, so that what waits in a lane lies between what waits in others; then once more in the places that were left.
        for round in 1...20 {
            for (number, key) in keys.enumerated() { #expect(!lanes.admit(round * 100 + number, key: key, call: 1_000)) }
            for (number, key) in keys.enumerated() where number % 3 == round % 3 {
                let next = lanes.next(key: key)
                #expect(lanes.release(key: key, call: number) == next)
                #expect(lanes.takeNext(key: key, call: number).map(Int64.init) == next)
            }
        }
        for (number, key) in keys.enumerated() {
            var taken: [Int] = []
            while let item = lanes.takeNext(key: key, call: number) { taken.append(item) }
            #expect(taken == taken.sorted() && taken.allSatisfy { $0 % 100 == number } && taken.last == 2_000 + number)
        }
        #expect(lanes.waitingCount == 0 && lanes.waiting.isEmpty)
    }

    @Test func whatNeverBeganIsTheNextOfItsLane() {
        let lanes = Lanes(.key)
        let started = (0..<2).map { lanes.admit($0, key: a, call: 1) }
        #expect(started == [true, true] && !lanes.admit(2, key: a, call: 2))
        #expect(lanes.putBack(1, key: a, call: 1) && lanes.putBack(0, key: a, call: 1))
        #expect(lanes.waitingCount == 3 && lanes.next(key: a) == 0)
        for item in 0..<3 { #expect(lanes.takeNext(key: a, call: 3) == item) }
        #expect(!lanes.putBack(0, key: a, call: 1), "call 1 has left it")
    }
}
