/// A set of offsets, kept as runs of neighbours: what is done above the low-water mark.
///
/// Runs are sorted, disjoint and never touch. They lie in pages of bounded size, so that an insertion into millions of runs
/// moves a few hundred of them.
public struct OffsetRuns: Sendable {
    /// A run of neighbouring offsets.
    public typealias Run = Range<Int64>

    private static let pageCapacity = 512
    private var pages: [[Run]] = []

    /// How many offsets are in the set.
    public private(set) var count: Int64 = 0

    /// No offsets.
    public init() {}

    /// The offsets of `runs`, in any order, overlapping or not.
    public init(_ runs: some Sequence<Run>) {
        for run in runs { insert(run) }
    }

    /// Whether no offset is in the set.
    public var isEmpty: Bool { pages.isEmpty }

    /// How many runs there are: what the set costs, in memory and when it is written.
    public var runCount: Int { pages.reduce(0) { $0 + $1.count } }

    /// The runs, lowest first.
    public var runs: some Sequence<Run> { pages.lazy.joined() }

    /// The lowest offset in the set.
    public var first: Int64? { pages.first?.first?.lowerBound }

    /// The highest offset in the set.
    public var last: Int64? { pages.last?.last.map { $0.upperBound - 1 } }

    /// Whether `offset` is in the set.
    public func contains(_ offset: Int64) -> Bool { run(containing: offset) != nil }

    /// The run that holds `offset`.
    public func run(containing offset: Int64) -> Run? {
        guard let (page, index) = firstRun(endingAbove: offset), pages[page][index].lowerBound <= offset else { return nil }
        return pages[page][index]
    }

    /// How many offsets at or above `bound` are in the set; fast where few runs are.
    public func count(from bound: Int64) -> Int64 {
        guard let (page, index) = firstRun(endingAbove: bound) else { return 0 }
        let first = pages[page][index]
        var count = first.upperBound - max(first.lowerBound, bound)
        for run in pages[page][(index + 1)...] { count += run.upperBound - run.lowerBound }
        for page in pages[(page + 1)...] { for run in page { count += run.upperBound - run.lowerBound } }
        return count
    }

    /// The first offset at or above `offset` that is not in the set.
    public func firstMissing(from offset: Int64) -> Int64 { run(containing: offset)?.upperBound ?? offset }

    /// The runs that are missing between `range`'s bounds, lowest first, at most `limit` of them.
    public func holes(in range: Run, limit: Int) -> [Run] {
        var holes: [Run] = []
        var next = firstMissing(from: range.lowerBound)
        var place = firstRun(endingAbove: next)
        while next < range.upperBound, holes.count < limit {
            guard let (page, index) = place else {
                holes.append(next..<range.upperBound)
                break
            }
            let run = pages[page][index]
            if run.lowerBound > next { holes.append(next..<min(run.lowerBound, range.upperBound)) }
            next = run.upperBound
            place = index + 1 < pages[page].count ? (page, index + 1) : (page + 1 < pages.count ? (page + 1, 0) : nil)
        }
        return holes
    }

    /// Adds one offset.
    public mutating func insert(_ offset: Int64) {
        guard offset < .max else { return }
        insert(offset..<offset + 1)
    }

    /// Adds a run of offsets, some of which may be there already.
    public mutating func insert(_ run: Run) {
        guard !run.isEmpty else { return }
        // A run that ends where this one begins touches it, hence the offset before.
        guard let (firstPage, firstIndex) = firstRun(endingAbove: run.lowerBound == .min ? .min : run.lowerBound - 1) else {
            return append(run)
        }
        var (page, index) = (firstPage, firstIndex)
        var merged = run
        while page < pages.count, pages[page][index].lowerBound <= merged.upperBound {
            let absorbed = pages[page][index]
            merged = min(merged.lowerBound, absorbed.lowerBound)..<max(merged.upperBound, absorbed.upperBound)
            count -= absorbed.upperBound - absorbed.lowerBound
            index += 1
            if index == pages[page].count { (page, index) = (page + 1, 0) }
        }
        count += merged.upperBound - merged.lowerBound
        replace(from: (firstPage, firstIndex), to: (page, index), with: merged)
    }

    /// Adds all offsets of `other`.
    public mutating func formUnion(_ other: OffsetRuns) {
        for run in other.runs { insert(run) }
    }

    /// Takes out all offsets below `bound`.
    public mutating func removeAll(below bound: Int64) {
        while let page = pages.first, let last = page.last, last.upperBound <= bound {
            count -= page.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
            pages.removeFirst()
        }
        guard let page = pages.first, let keep = page.firstIndex(where: { $0.upperBound > bound }) else { return }
        for run in page[..<keep] { count -= run.upperBound - run.lowerBound }
        pages[0].removeFirst(keep)
        let run = pages[0][0]
        if run.lowerBound < bound {
            count -= bound - run.lowerBound
            pages[0][0] = bound..<run.upperBound
        }
    }

    /// The first run whose end lies above `offset`.
    private func firstRun(endingAbove offset: Int64) -> (page: Int, index: Int)? {
        let page = pages.partitioningIndex { ($0.last?.upperBound ?? .min) > offset }
        guard page < pages.count else { return nil }
        return (page, pages[page].partitioningIndex { $0.upperBound > offset })
    }

    private mutating func append(_ run: Run) {
        count += run.upperBound - run.lowerBound
        if let last = pages.indices.last, pages[last].count < Self.pageCapacity {
            pages[last].append(run)
        } else {
            pages.append([run])
        }
    }

    private mutating func replace(from start: (page: Int, index: Int), to end: (page: Int, index: Int), with run: Run) {
        if start == end {
            pages[start.page].insert(run, at: start.index)
        } else {
            pages[start.page][start.index] = run
            if start.page == end.page {
                pages[start.page].removeSubrange(start.index + 1..<end.index)
            } else {
                if end.index > 0 { pages[end.page].removeFirst(end.index) }
                pages[start.page].removeSubrange((start.index + 1)...)
                pages.removeSubrange(start.page + 1..<end.page)
            }
        }
        if pages[start.page].count > Self.pageCapacity {
            let upper = Array(pages[start.page][(Self.pageCapacity / 2)...])
            pages[start.page].removeSubrange((Self.pageCapacity / 2)...)
            pages.insert(upper, at: start.page + 1)
        }
    }
}

extension OffsetRuns: Equatable {
    /// Whether both hold the same offsets.
    public static func == (left: Self, right: Self) -> Bool { left.count == right.count && left.runs.elementsEqual(right.runs) }
}

extension Array {
    /// The index of the first element that satisfies `predicate`, in an array in which all that do come last.
    func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
