/// Moves that wait for a batch, and what they count against the memory bound.
struct MoveList: Sendable {
    private(set) var moves: [Move] = []
    private(set) var bytes = 0
    /// When the first of them may go, and when all of them may.
    private(set) var nextReady = Timestamp.distantFuture
    private var allReady = Timestamp.distantPast
    /// How many records they write.
    private var recordCount = 0

    init() {}

    init(_ moves: [Move]) {
        self.moves = moves
        for index in moves.indices { count(moves[index]) }
    }

    private mutating func count(_ move: Move) {
        bytes += move.size
        recordCount += move.recordCount
        let ready = move.ready
        (nextReady, allReady) = (min(nextReady, ready), max(allReady, ready))
    }

    var isEmpty: Bool { moves.isEmpty }
    var count: Int { moves.count }

    mutating func append(_ move: Move) {
        moves.append(move)
        count(move)
    }

    /// Puts back what was in a batch: behind what was in an earlier one, and before all that was in none.
    mutating func insert(_ others: [Move], of batch: Int) {
        guard !others.isEmpty else { return }
        let place = moves.firstIndex { $0.batch ?? .max > batch } ?? moves.count
        var others = others
        for index in others.indices { others[index].batch = batch }
        moves.insert(contentsOf: others, at: place)
        for index in others.indices { count(others[index]) }
    }

    mutating func remove(at index: Int) -> Move {
        let move = moves.remove(at: index)
        self = MoveList(moves)
        return move
    }

    /// Takes out all that `matches`, in order.
    mutating func take(where matches: (Move) -> Bool) -> [Move] {
        guard moves.contains(where: matches) else { return [] }
        let taken = moves.filter(matches)
        self = MoveList(moves.filter { !matches($0) })
        return taken
    }

    /// Takes out those that may go now and are `admitted` (`nil`: all are), in order, at most a `share` of them.
    mutating func takeReady(now: Timestamp, _ share: BatchLimit, admitted: ((Move) -> Bool)?) -> MoveList {
        guard nextReady <= now else { return MoveList() }
        if admitted == nil, allReady <= now, recordCount <= share.records, bytes <= share.bytes {
            defer { self = MoveList() }
            return self
        }
        var (taken, left) = (MoveList(), MoveList())
        var records = 0
        for move in moves {
            if move.ready <= now, records < share.records, taken.bytes < share.bytes, admitted?(move) ?? true {
                taken.append(move)
                records += move.recordCount
            } else {
                left.append(move)
            }
        }
        self = left
        return taken
    }

    mutating func forgetWaits() {
        for index in moves.indices { moves[index].notBefore = .distantPast }
        self = MoveList(moves)
    }
}
