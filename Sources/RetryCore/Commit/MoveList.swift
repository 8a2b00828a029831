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

    mutating func prepend(_ others: [Move]) {
        guard !others.isEmpty else { return }
        self = MoveList(others + moves)
    }

    mutating func remove(at index: Int) -> Move {
        bytes -= moves[index].size
        return moves.remove(at: index)
    }

    /// Takes out those that may go now, in order, at most a `share` of them.
    mutating func takeReady(now: Timestamp, _ share: BatchLimit) -> MoveList {
        guard !isEmpty else { return MoveList() }
        var (taken, left) = (MoveList(), MoveList())
        for move in moves {
            if move.ready <= now, taken.count < share.records, taken.bytes < share.bytes { taken.append(move) } else { left.append(move) }
        }
        self = left
        return taken
    }

    mutating func forgetWaits() {
        for index in moves.indices { moves[index].notBefore = .distantPast }
    }
}
