extension HopMachine {
    /// The group gave these partitions to this member. The consumer waits for ``HopAction/assign(_:)``.
    ///
    /// - Parameter incrementally: a cooperative assignment is answered at once, with no partition, since nothing is fetched from any
    ///   before the answer (measured); each is added when its progress is known. An eager one is answered with all of them.
    public mutating func assigned(_ places: [TopicPartition], incrementally: Bool) {
        assignsIncrementally = incrementally
        if incrementally { out.ask(.assign([:])) } else { awaitsAssign = true }
        for place in places where partitions[place] == nil {
            let handling = handling(of: place)
            guard let planner = handling?.settings.planner ?? settings.planners[place.topic] else { continue }
            lastAssignment += 1
            let epoch = Epoch(assignment: lastAssignment)
            partitions[place] = OwnedPartition(
                place, planner: planner, handling: handling, group: settings.group, owner: settings.owner, cleaning: settings.cleaning,
                failurePause: settings.failurePause, epoch: epoch)
            out.ask(.restore(place, epoch: epoch))
        }
        self.places = partitions.keys.sorted()
    }

    /// The group wants these back. The consumer waits for ``HopAction/unassign(_:)``: batches that hold them end first.
    public mutating func revoked(_ places: [TopicPartition]) {
        revocations.append(Revocation(places: places, since: lastAsked))
        for place in places { partitions[place]?.isRevoking = true }
        withdrawCalls { places.contains($0.place) }
    }

    /// What the group wants back and has not been acknowledged.
    struct Revocation: Sendable {
        var places: [TopicPartition]
        /// Handlers that run may go on for a while from then on.
        var since: Timestamp
        /// What they do is of no more use.
        var isLost = false
    }

    /// The membership is gone, and with it these partitions: another member may have them already.
    public mutating func lost(_ places: [TopicPartition]) {
        for place in places {
            lastAssignment += 1
            partitions[place]?.epoch = Epoch(assignment: lastAssignment)
            // Whatever else the acknowledgement waits for, another member may call these handlers by now.
            cancelCalls(of: place)
        }
        revoked(places)
        if let last = revocations.indices.last { revocations[last].isLost = true }
    }

    /// The answer to ``HopAction/restore(_:epoch:)``.
    public mutating func restored(_ place: TopicPartition, epoch: Epoch, point: RestorePoint) {
        guard let phase = partitions[place]?.phase, phase == .restoring, partitions[place]?.epoch == epoch else { return }
        if partitions[place]?.isConsumed == false, var kept = parked.removeValue(forKey: place)?.partition {
            if kept.saved == point.saved(place) {
                kept.epoch = epoch
                kept.phase = .restoring
                kept.isRevoking = partitions[place]?.isRevoking ?? false
                kept.planner = partitions[place]?.planner ?? kept.planner
                partitions[place] = kept
            } else if kept.saved != nil, point.committed == nil {
                // With a topic go the offsets that were committed for it.
                out.account.lost += kept.waiting
                out.tell(.topicRecreated(place, waiting: kept.waiting))
            }
        }
        let (incarnation, outcomes) = (partitions[place]?.epoch.incarnation, partitions[place]?.outcomeCount ?? 0)
        partitions[place]?.restore(from: point, now: lastAsked, &out)
        guard partitions[place]?.epoch.incarnation != incarnation else { return }
        // All is read again, and handled again.
        cancelCalls(of: place)
        if outcomes > 0 { out.tell(.outcomesDropped(place, count: outcomes)) }
    }

    /// The answer to ``HopAction/seek(_:offset:)``.
    public mutating func sought(_ place: TopicPartition) { partitions[place]?.isSeeking = false }

    /// The consumer's position lies outside its log.
    public mutating func outOfRange(_ place: TopicPartition) {
        guard partitions[place]?.isConsumed == true, partitions[place]?.isSeeking == false else { return }
        partitions[place]?.isOutOfRange = true
    }

    /// Looks where a log stands that the consumer fell out of, once no batch holds its partition: what such a batch does to the
    /// saved progress has to be known first.
    mutating func restoreOutOfRange() {
        for place in places where partitions[place]?.isLeftBehind == true && !isInBatch(place) { restoreAgain(place) }
    }

    /// Reads the saved progress of a partition that is consumed; what is known of it is kept until that has answered.
    mutating func restoreAgain(_ place: TopicPartition) {
        guard let epoch = partitions[place]?.epoch else { return }
        // While a marker is still to be read, what is done is not known: then all is read again.
        if case .catchingUp = partitions[place]?.phase { partitions[place]?.saved = nil }
        partitions[place]?.phase = .restoring
        out.ask(.restore(place, epoch: epoch))
    }

    /// A partition that another member has had for long comes back changed.
    mutating func forgetParked() {
        parked = parked.filter { $0.value.since.advanced(by: Self.parkingTime) > lastAsked }
        parkedUntil = parked.values.map { $0.since.advanced(by: Self.parkingTime) }.min() ?? .distantFuture
    }

    private static let parkingTime: Duration = .seconds(300)

    // MARK: - Acknowledging

    /// The consumer takes each partition from where it is to be read: all at once, or, incrementally, those whose progress is known.
    mutating func acknowledgeAssignment() {
        var offsets: [TopicPartition: Int64] = [:]
        for place in places {
            guard let partition = partitions[place], !partition.isConsumed, !partition.isRevoking else { continue }
            if partition.phase != .restoring {
                offsets[place] = partition.nextRead
            } else if !assignsIncrementally {
                return
            }
        }
        guard assignsIncrementally ? !offsets.isEmpty : awaitsAssign else { return }
        awaitsAssign = false
        for place in offsets.keys { partitions[place]?.isConsumed = true }
        out.ask(.assign(offsets))
    }

    /// A revocation is acknowledged when the batch that holds a partition of it has ended, and the handlers that run have ended and their
    /// outcomes are committed, or have had their time.
    mutating func acknowledgeRevocations(now: Timestamp) {
        guard !revocations.isEmpty else { return }
        let open = revocations
        revocations = open.filter { isHeldUp($0, now: now) }
        for revocation in open where !isHeldUp(revocation, now: now) {
            for place in revocation.places {
                out.forget(place)
                cancelCalls(of: place)
                guard let partition = partitions.removeValue(forKey: place) else { continue }
                if partition.outcomeCount > 0 { out.tell(.outcomesDropped(place, count: partition.outcomeCount)) }
                parked[place] = partition.parked().map { ($0, lastAsked) }
                parkedUntil = min(parkedUntil, lastAsked.advanced(by: Self.parkingTime))
            }
            self.places = partitions.keys.sorted()
            out.ask(.unassign(revocation.places))
        }
    }

    private func isHeldUp(_ revocation: Revocation, now: Timestamp) -> Bool {
        if revocation.places.contains(where: { isInBatch($0) }) { return true }
        guard !revocation.isLost, now < revocation.since.advanced(by: settings.revocationGrace) else { return false }
        return revocation.places.contains { place in
            guard let partition = partitions[place], partition.epoch.assignment > 0, partition.mayCommit else { return false }
            return partition.isHandling || partition.owesOutcomes(isStopping: isStopping)
        }
    }
}
