import RDKafka
import RetryCore

/// What a member's loop hears from its group and of its topics.
extension MemberLoop {
    func handle(_ event: RDKafkaRebalance, of consumer: GroupConsumer) {
        let places = event.partitions.map(TopicPartition.init)
        switch event {
        case .assign:
            log.info("assigned", [.partitions: .list(places.map(\.description))])
            (isMember, fencedInRow) = (true, 0)
            machine.assigned(places, incrementally: consumer.isCooperative)
        case .revoke:
            log.info("revoked", [.partitions: .list(places.map(\.description))])
            machine.revoked(places)
        case .lost:
            log.warning("lost: the membership has ended", [.partitions: .list(places.map(\.description))])
            (isMember, standing.isMember) = (false, false)
            machine.lost(places)
        }
    }

    func handle(_ error: RDKafkaError?, of topic: String, _ partition: Int32) {
        guard let error else { return }
        switch error.code {
        case .partitionEOF: return
        case .autoOffsetReset, .offsetOutOfRange: machine.outOfRange(TopicPartition(topic, partition))
        case .fencedInstanceId: fenced(error)
        default:
            let doing = topic.isEmpty ? "reading as a member of group \(groupName)" : "reading \(topic)"
            if let refusal = KafkaRetryError(refusal: error, doing) {
                failure = refusal
            } else if error.isFatal {
                failure = KafkaRetryError(.client, "the consumer cannot go on", remedy: "start again", cause: error)
            } else {
                log.warning("the consumer reports", [.topic: .string(topic), .error: LogValue(error)])
            }
        }
    }

    /// A join request that a frozen broker answers after the one that was sent in its place fences this very process (measured). So
    /// who is fenced before it is a member again joins once more; who is fenced as a member has a twin.
    func fenced(_ error: RDKafkaError) {
        guard !isFenced else { return }
        fencedInRow += 1
        guard !isMember, fencedInRow < Self.mostFencedInRow else {
            failure = KafkaRetryError(
                .twin, "another process has joined the group under this instance's name", remedy: "give each its own --instance",
                cause: error)
            return
        }
        log.warning("fenced while joining the group; joining again", [.error: LogValue(error)])
        (isFenced, standing.isMember) = (true, false)
        machine.lost(machine.places)
    }

    /// The group may go on with what this instance subscribed to before its last restart.
    func leaveIfMisread(_ readers: SubscriptionWatch.Readers, _ consumer: GroupConsumer) {
        guard !isLeaving, !isFenced, stopDeadline == nil, standing.isMember else { return }
        let topics = subscription.look(at: readers)
        guard !topics.isEmpty else { return }
        log.notice(
            "the group's assignment is not of the topics that are subscribed to; leaving it and joining again",
            [.topics: .list(topics.sorted())])
        do throws(RDKafkaError) {
            try consumer.unsubscribe()
            isLeaving = true
        } catch { log.warning("the group cannot be left", [.error: LogValue(error)]) }
    }

    /// Partitions may be added to the targets at any time, and a target that cannot be written to may have been made anew; retry topics
    /// may be told to keep their records for less long.
    func lookAtTopics() {
        if assignment == nil, standing.isMember, subscription.isDue() { lines.restores.post(.readers) }
        guard ContinuousClock.now >= nextLook else { return }
        nextLook = .now + Self.lookInterval
        lines.restores.post(.partitionCounts(targets))
        lines.restores.post(.retentions(retryTopics))
    }
}
