/// What there is to know of calls, by their ids. These rise, and most calls end soon after they were handed out: what belongs to the latest ids lies
/// side by side and is found without hashing. Who outlives thousands of others is kept in a dictionary.
struct CallTable<Element: Sendable>: Sendable {
    /// By how far the id is above `base`.
    private var recent: [Element?] = []
    private var base = 0
    private var old: [Int: Element] = [:]

    /// How many there are.
    private(set) var count = 0

    private let window: Int

    /// - Parameter window: so many ids lie side by side, or twice as many for a while.
    init(window: Int = 2_048) { self.window = window }

    var isEmpty: Bool { count == 0 }

    /// All of them, in the order of their ids.
    var elements: [(id: Int, element: Element)] {
        let old = old.sorted { $0.key < $1.key }.map { (id: $0.key, element: $0.value) }
        return old + recent.enumerated().compactMap { place, element in element.map { (id: base + place, element: $0) } }
    }

    /// What belongs to `id`. It can be changed, but not added or removed.
    subscript(id: Int) -> Element? {
        get {
            guard let place = place(id) else { return old[id] }
            return recent[place]
        }
        set {
            guard let newValue else { return }
            if let place = place(id) {
                if recent[place] != nil { recent[place] = newValue }
            } else if old[id] != nil {
                old[id] = newValue
            }
        }
    }

    /// Adds `element`. Its id must be above all before it.
    mutating func insert(_ element: Element, id: Int) {
        if isEmpty || id - base >= 2 * window { makeRoom(id) }
        assert(id >= base + recent.count, "ids rise")
        while recent.count < id - base { recent.append(nil) }
        recent.append(element)
        count += 1
    }

    /// Takes out what belongs to `id`.
    mutating func remove(_ id: Int) -> Element? {
        let element = if let place = place(id) { recent[place].take() } else { old.removeValue(forKey: id) }
        if element != nil { count -= 1 }
        return element
    }

    private func place(_ id: Int) -> Int? { id >= base && id - base < recent.count ? id - base : nil }

    /// Lets go of the earlier places, so that `id` finds one among the others.
    private mutating func makeRoom(_ id: Int) {
        let kept = isEmpty ? id : id - window
        let dropped = Swift.min(kept - base, recent.count)
        for place in 0..<dropped { if let element = recent[place] { old[base + place] = element } }
        recent.removeFirst(dropped)
        base = kept
    }
}
