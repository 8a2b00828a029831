extension HopMachine {
    /// The group gave these partitions to this member. The consumer waits for ``HopAction/assign(_:)``.
    ///
    /// - Parameter incrementally: a cooperative assignment is answered at once, with no partition, since nothing is fetched from any
    ///   before the answer (measured); each is added when its progress is known. An eager one is answered with all of them.
    public mutating func assigned(_ places: [TopicPartition], incrementally: Bool) {
        assignsIncrementally = incrementally
        if incrementally { out.ask(.assign([:])) } else { awaitsAssign = true }
        for place in places where partitions[place] == nil {
            guard let planner = settings.planners[place.topic] else { continue }
            lastAssignment += 1
            let epoch = Epoch(assignment: lastAssignment)
            partitions[place] = RetryPartition(
                place, planner: planner, group: settings.group, owner: settings.owner, cleaning: settings.cleaning, epoch: epoch)
            out.ask(.restore(place, epoch: epoch))
        }
        self.places = partitions.keys.sorted()
    }

    /// The group wants these back. The consumer waits for ``HopAction/unassign(_:)``: batches that hold them end first.
    public mutating func revoked(_ places: [TopicPartition]) {
        revocations.append(places)
        for place in places { partitions[place]?.isRevoking = true }
    }

    /// The membership is gone, and with it these partitions: another member may have them already.
    public mutating func lost(_ places: [TopicPartition]) {
        for place in places {
            lastAssignment += 1
            partitions[place]?.epoch = Epoch(assignment: lastAssignment)
        }
        revoked(places)
    }

    /// The answer to ``HopAction/restore(_:epoch:)``.
    public mutating func restored(_ place: TopicPartition, epoch: Epoch, point: RestorePoint) {
        guard let phase = partitions[place]?.phase, phase == .restoring, partitions[place]?.epoch == epoch else { return }
        forgetParked()
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
        partitions[place]?.restore(from: point, now: lastAsked, &out)
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
        for place in places where partitions[place]?.isLeftBehind == true && transaction.batch?.parts[place] == nil { restoreAgain(place) }
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
        parked = parked.filter { $0.value.since.advanced(by: .seconds(300)) > lastAsked }
    }

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

    /// A revocation is acknowledged when the batch that holds a partition of it has ended.
    mutating func acknowledgeRevocations() {
        guard !revocations.isEmpty else { return }
        let open = revocations
        revocations = open.filter { places in places.contains { transaction.batch?.parts[$0] != nil } }
        for places in open where !places.contains(where: { transaction.batch?.parts[$0] != nil }) {
            for place in places {
                out.forget(place)
                parked[place] = partitions.removeValue(forKey: place)?.parked().map { ($0, lastAsked) }
            }
            self.places = partitions.keys.sorted()
            out.ask(.unassign(places))
        }
    }
}
