/// Moves that wait for a batch, and what they count against the memory bound.
struct MoveList: Sendable {
    private(set) var moves: [Move] = []
    private(set) var bytes = 0

    init() {}

    init(_ moves: [Move]) {
        self.moves = moves
        bytes = moves.reduce(0) { $0 + $1.size }
    }

    var isEmpty: Bool { moves.isEmpty }
    var count: Int { moves.count }

    /// When the first of them may go.
    var nextReady: Timestamp { moves.reduce(.distantFuture) { min($0, $1.ready) } }

    mutating func append(_ move: Move) {
        moves.append(move)
        bytes += move.size
    }

    /// Puts back what was in a batch: behind what was in an earlier one, and before all that was in none.
    mutating func insert(_ others: [Move], of batch: Int) {
        guard !others.isEmpty else { return }
        let place = moves.firstIndex { $0.batch ?? .max > batch } ?? moves.count
        var others = others
        for index in others.indices { others[index].batch = batch }
        moves.insert(contentsOf: others, at: place)
        bytes += others.reduce(0) { $0 + $1.size }
    }

    mutating func remove(at index: Int) -> Move {
        bytes -= moves[index].size
        return moves.remove(at: index)
    }

    /// Takes out all that `matches`, in order.
    mutating func take(where matches: (Move) -> Bool) -> [Move] {
        guard moves.contains(where: matches) else { return [] }
        let taken = moves.filter(matches)
        self = MoveList(moves.filter { !matches($0) })
        return taken
    }

    /// Takes out those that may go now and are `admitted`, in order, at most a `share` of them.
    mutating func takeReady(now: Timestamp, _ share: BatchLimit, admitted: (Move) -> Bool) -> MoveList {
        guard !isEmpty else { return MoveList() }
        var (taken, left) = (MoveList(), MoveList())
        var records = 0
        for move in moves {
            if move.ready <= now, records < share.records, taken.bytes < share.bytes, admitted(move) {
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
    }
}
