import KafkaRetry

/// Group commit: what came while a transaction was being written goes into the next one together.
extension SpoolStore {
    /// What goes into one transaction, unless a single append is larger: it bounds the write-ahead log.
    private static let largestGroup = Int64(4 << 20)
    /// Messages that are removed in one transaction: each may change a page of its own.
    private static let mostRemovals = 2_048

    /// Does all of it in order, in as few transactions as may be, and returns an outcome for each: its numbers, or why it did not happen.
    func perform(_ changes: [SpoolChange]) -> [Result<[Int64], SpoolError>] {
        var outcomes: [Result<[Int64], SpoolError>] = []
        var rest = changes[...]
        while !rest.isEmpty {
            var size: Int64 = 0
            let group = rest.prefix { change in
                defer { size += change.weight }
                return size == 0 || size + change.weight <= Self.largestGroup
            }
            outcomes += perform(group: group)
            rest = rest.dropFirst(group.count)
        }
        return outcomes
    }

    private func perform(group: ArraySlice<SpoolChange>) -> [Result<[Int64], SpoolError>] {
        // Nothing to write, nothing to wait for.
        guard group.contains(where: { !$0.isEmpty }) else { return group.map { _ in .success([]) } }
        if group.reduce(0, { $0 + $1.removals }) <= Self.mostRemovals {
            do throws(SpoolError) { return try commit(group).map { .success($0) } } catch {
                // The file is another one now, and all of them are to hear of it.
                if error.code == .damaged || group.count == 1 { return group.map { _ in .failure(error) } }
            }
        }
        // One of them does not fit, or the disk is full: the others are not to suffer from it.
        return group.map { change in
            Result { () throws(SpoolError) in
                if case .remove(let numbers) = change.kind { return try remove(numbers) }
                return try commit([change]).first ?? []
            }
        }
    }

    /// Removes in several transactions, which get smaller where the disk has no room for large ones: each writes the pages that it changes
    /// to the write-ahead log, whose room is used again once it is copied.
    private func remove(_ numbers: [Int64]) throws(SpoolError) -> [Int64] {
        var rest = numbers[...]
        var size = Self.mostRemovals
        while !rest.isEmpty {
            let chunk = rest.prefix(size)
            do throws(SpoolError) {
                _ = try commit([SpoolChange(ticket: 0, kind: .remove(Array(chunk)))])
                rest = rest.dropFirst(chunk.count)
            } catch {
                guard error.code == .diskFull, size > 1 else { throw error }
                size /= 4
                try emptyLog()
            }
        }
        return []
    }

    private func commit(_ group: ArraySlice<SpoolChange>) throws(SpoolError) -> [[Int64]] {
        try checkRoom(for: group.reduce(0) { $0 + $1.bytes })
        return try withTable { (table) throws(SpoolError) in
            let numbers = try table.commit { (state) throws(SpoolError) in
                var numbers: [[Int64]] = []
                for change in group {
                    switch change.kind {
                    case .append(let entries): numbers.append(try table.append(entries, &state))
                    case .remove(let removed):
                        for run in Self.runs(removed) { try table.remove(run, &state) }
                        numbers.append([])
                    case .noteMayBeWritten(let noted):
                        try table.noteMayBeWritten(noted, &state)
                        numbers.append([])
                    }
                }
                return numbers
            }
            committed(table)
            return numbers
        }
    }

    /// What is appended takes its room twice, in the write-ahead log and then in the file, and what is in the log now is still to come there.
    private func checkRoom(for bytes: Int64) throws(SpoolError) {
        guard bytes > 0, let room = FileSystem.room(beside: path) else { return }
        let log = (try? FileSystem.size(path + "-wal")) ?? 0
        guard isShort(room, bytes, log) else { return }
        // Emptied, it needs no more, and gives back what it has.
        try emptyLog()
        guard let room = FileSystem.room(beside: path), isShort(room, bytes, 0) else { return }
        throw SpoolError(.diskFull, "\(path): \(room) bytes of the disk are free, and \(settings.diskReserve) are to be left")
    }

    private func isShort(_ room: Int64, _ bytes: Int64, _ log: Int64) -> Bool {
        // Sizes of what is in memory and on disk: far from the largest number.
        room - max(settings.diskReserve, 0) < 2 * bytes + log
    }

    /// Copies the write-ahead log into the file if there is room for that.
    private func emptyLog() throws(SpoolError) {
        do throws(SpoolError) { try withTable { (table) throws(SpoolError) in try table.checkpoint() } } catch {
            guard error.code == .diskFull else { throw error }
        }
    }

    /// Numbers that follow each other, as ranges.
    static func runs(_ numbers: [Int64]) -> [ClosedRange<Int64>] {
        var runs: [ClosedRange<Int64>] = []
        for number in numbers.sorted() {
            if let last = runs.last, last.upperBound == number || last.upperBound == number &- 1 {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        return runs
    }
}

extension SpoolChange {
    fileprivate var isEmpty: Bool {
        switch kind {
        case .append(let entries): entries.isEmpty
        case .remove(let numbers), .noteMayBeWritten(let numbers): numbers.isEmpty
        }
    }

    fileprivate var removals: Int { if case .remove(let numbers) = kind { numbers.count } else { 0 } }

    /// What it adds to the write-ahead log, roughly: never nothing.
    fileprivate var weight: Int64 {
        switch kind {
        case .append(let entries): bytes + 100 * Int64(entries.count) + 1
        case .remove(let numbers), .noteMayBeWritten(let numbers): 100 * Int64(numbers.count) + 1
        }
    }
}
