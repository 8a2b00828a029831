/// What happens when, in simulated time: at the same moment, in the order in which it was asked for.
struct EventQueue {
    private struct Event {
        var time: Int64
        var number: Int
        var body: () -> Void
        static func < (left: Event, right: Event) -> Bool {
            left.time == right.time ? left.number < right.number : left.time < right.time
        }
    }

    private var heap: [Event] = []
    private var count = 0

    var nextTime: Int64? { heap.first?.time }

    mutating func add(at time: Int64, _ body: @escaping () -> Void) {
        count += 1
        heap.append(Event(time: time, number: count, body: body))
        var index = heap.count - 1
        while index > 0, heap[index] < heap[(index - 1) / 2] {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func popFirst() -> (time: Int64, body: () -> Void)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.time, first.body) }
        heap[0] = last
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < heap[index] else { break }
            heap.swapAt(child, index)
            index = child
        }
        return (first.time, first.body)
    }
}
