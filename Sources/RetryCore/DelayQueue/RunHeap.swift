/// The smallest element first. Elements that come in order, as due times with one delay do, stand in a run, where adding and taking cost the same
/// however many there are; all others in a heap.
struct RunHeap<Element: Comparable & Sendable>: Sendable {
    private var run: [Element] = []
    /// Where the run begins: what is before has been taken.
    private var head = 0
    private var heap = BinaryHeap<Element>()

    init() {}

    /// Elements that are in order already.
    init(sorted elements: [Element]) { run = elements }

    /// Orders `elements` in linear time.
    init(_ elements: [Element]) { heap = BinaryHeap(elements) }

    var isEmpty: Bool { head == run.count && heap.isEmpty }
    var count: Int { run.count - head + heap.count }

    /// All of them, in any order.
    var elements: [Element] { run[head...] + heap.elements }

    var min: Element? {
        guard head < run.count else { return heap.min }
        return heap.min.map { Swift.min($0, run[head]) } ?? run[head]
    }

    mutating func insert(_ element: Element) {
        if let last = run.last, head < run.count, element < last { return heap.insert(element) }
        if head == run.count {
            run.removeAll(keepingCapacity: true)
            head = 0
        }
        run.append(element)
    }

    mutating func popMin() -> Element? {
        guard head < run.count else { return heap.popMin() }
        if let least = heap.min, least < run[head] { return heap.popMin() }
        defer { dropTaken() }
        head += 1
        return run[head - 1]
    }

    /// What has been taken is given back once it is a quarter of the run.
    private mutating func dropTaken() {
        guard head > 1_024, head > run.count / 4 else { return }
        run.removeFirst(head)
        head = 0
    }
}
