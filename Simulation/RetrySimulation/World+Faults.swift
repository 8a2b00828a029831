import RetryCore

extension World {
    func addMember() {
        let member = Member(name: newName(), machine: HopMachine(settings(owner: "")))
        members.append(member)
        start(member)
    }

    private func newName() -> String {
        names += 1
        return "relay-\(names)"
    }

    private func settings(owner: String) -> HopMachine.Settings {
        var settings = HopMachine.Settings(
            group: Self.groupName, owner: owner, delivery: plan.delivery, planners: planners, seed: dice.next())
        settings.payloadBytes = plan.payloadBytes
        settings.batchRecords = plan.batchRecords
        settings.batchSpacing = plan.batchSpacing
        settings.readAhead = plan.readAhead
        settings.metadataCapacity = plan.metadataCapacity
        settings.cleaning = plan.cleaning
        if let handlers = plan.handlers {
            settings.handlers = planners.sorted { $0.key < $1.key }.map { handlerSettings($0.value, handlers) }
            settings.planners = [:]
            settings.mostBacklog = handlers.mostBacklog
        }
        if let retention = plan.retention { for topic in planners.keys { settings.retentions[topic] = .milliseconds(retention) } }
        return settings
    }

    func start(_ member: Member) {
        member.process += 1
        member.isAlive = true
        member.isFrozen = false
        member.isClosing = false
        member.inbox = []
        member.callbacks = []
        member.unacknowledged = nil
        member.membership = nil
        member.positions = [:]
        member.stalled = []
        member.paused = []
        member.running = [:]
        member.waitingCalls = []
        member.isFetching = false
        member.wake = 0
        member.idlePumps = 0
        member.machine = HopMachine(settings(owner: member.name))
        note("\(member.name) starts")
        let process = member.process
        after(latency()) { [self] in
            whenServed { [self] in
                guard member.process == process, member.isAlive else { return }
                member.epochs = (0...1).map { initialise(member.transactionalID($0)) }
                deliver(to: member, process: process, after: latency()) { [self] in join(member) }
            }
        }
    }

    // MARK: - What goes wrong

    func scheduleFaults() {
        guard now - begin < plan.faultTime else { return }
        after(dice.milliseconds(100...4_000)) { [self] in
            guard !isQuiet else { return }
            if dice.happens(plan.brokerFaults / 4) { breakBroker() }
            if dice.happens(plan.groupFaults / 4) { breakMember() }
            if plan.deletions, dice.happens(8) { delete() }
            if plan.clockSteps, dice.happens(10) {
                let member = dice.pick(members)
                member.clockOffset = dice.milliseconds(-600_000...0)
                note("\(member.name): clock at \(member.clockOffset)")
            }
            if let retention = plan.retention { for place in retryPlaces { expireRecords(place, olderThan: now - retention) } }
            scheduleFaults()
        }
    }

    private func breakBroker() {
        switch dice.number(0...9) {
        case 0...3:
            frozenUntil = now + dice.milliseconds(200...dice.pick([3_000, 16_000]))
            note("broker: frozen for \(frozenUntil - now) ms")
        case 4, 5:
            let topic = dice.pick(sources) + dice.pick(["", "-Error", "-Retry"])
            unwritableUntil[topic] = now + dice.milliseconds(500...20_000)
            note("broker: \(topic) may not be written to")
        default:
            let topic = dice.pick(sources) + dice.pick(["", "-Error"])
            unavailableUntil[topic] = now + dice.milliseconds(500...8_000)
            note("broker: \(topic) is not to be had")
        }
    }

    private func breakMember() {
        let member = dice.pick(members)
        guard member.isAlive, !member.isFrozen else { return }
        switch dice.number(0...12) {
        case 0...2: kill(member, comesBackAs: dice.happens(60) ? member.name : newName())
        case 3...5: freeze(member, for: dice.milliseconds(100...dice.pick([2_000, 25_000])))
        case 6:
            note("\(member.name) closes")
            member.isClosing = true
            member.machine.stop()
            pump(member)
        case 7 where members.count < 4: addMember()
        case 8: addPartitions()
        case 10...12: dropSession(member)
        default: resetOffsets()
        }
    }

    func kill(_ member: Member, comesBackAs name: String, after downtime: Int64? = nil) {
        note("\(member.name) dies")
        member.process += 1
        member.isAlive = false
        let id = member.membership
        after(Self.sessionTimeout) { [self] in
            if member.membership != id || !member.isAlive { expire(id) }
        }
        after(downtime ?? dice.milliseconds(500...15_000)) { [self] in
            guard !member.isAlive else { return }
            member.name = name
            start(member)
        }
    }

    private func freeze(_ member: Member, for time: Int64) {
        note("\(member.name) frozen for \(time) ms")
        member.isFrozen = true
        let (process, id) = (member.process, member.membership)
        after(Self.sessionTimeout) { [self] in
            if member.process == process, member.isFrozen, member.membership == id { expire(id) }
        }
        after(time) { [self] in if member.process == process { thaw(member) } }
    }

    /// The coordinator hears nothing of a member that is well otherwise; often twice or more in a row.
    private func dropSession(_ member: Member) {
        guard member.isAlive, !member.isFrozen, let id = member.membership else { return }
        note("\(member.name) is cut off")
        expire(id)
        deliver(to: member, after: dice.milliseconds(1...500)) { [self] in if member.membership == id { lose(member) } }
        if dice.happens(70) { after(dice.milliseconds(500...6_000)) { [self] in if !isQuiet { dropSession(member) } } }
    }

    private func thaw(_ member: Member) {
        guard member.isFrozen else { return }
        note("\(member.name) thaws")
        member.isFrozen = false
        let inbox = member.inbox
        member.inbox = []
        for body in inbox { body() }
        if let id = member.membership, !group.memberships.contains(where: { $0.id == id }) {
            deliver(to: member, after: fails(30) ? dice.milliseconds(0...3_000) : dice.milliseconds(1...20)) { [self] in lose(member) }
        }
        pump(member)
    }

    /// The consumer learns that its membership is gone.
    private func lose(_ member: Member) {
        member.membership = nil
        member.generation = -1
        // What it was not told yet is void; what it is about to acknowledge counts.
        member.callbacks = [.lost(Set(member.machine.places).union(member.unacknowledged?.places ?? []).sorted())]
        note("\(member.name) learns that it lost its membership")
    }

    private func delete() {
        let place = dice.pick(retryPlaces)
        guard let log = logs[place], !log.isDeleted else { return }
        if dice.happens(70) {
            let bound = log.start + Int64(dice.number(0...Int(max(0, log.lastStable - log.start))))
            note("operator: \(place) deleted below \(bound)")
            log.deleteRecords(below: bound)
            return
        }
        let places = retryPlaces.filter { $0.topic == place.topic }
        guard places.allSatisfy({ logs[$0]?.isDeleted == false }) else { return }
        note("operator: \(place.topic) deleted")
        for place in places { logs[place]?.isDeleted = true }
        rebalanceSoon()
        recreate(places)
    }

    /// The topic comes back once nobody has its partitions any more and transactions over them have ended.
    private func recreate(_ places: [TopicPartition]) {
        after(dice.milliseconds(1_000...3_000)) { [self] in
            guard places.allSatisfy({ group.owners[$0] == nil && isStable($0) }) else { return recreate(places) }
            after(21_000) { [self] in
                note("operator: \(places) made anew")
                // Some may be back already, after an earlier deletion.
                for place in places where logs[place]?.isDeleted != false {
                    addPartition(place)
                    group.mayGoBack.insert(place)
                    // Handlers write to it before its progress is read again.
                    if dice.happens(50) || plan.handlers != nil {
                        group.committed[place] = nil
                    } else if group.committed[place] != nil {
                        group.unrestored.insert(place)
                    }
                }
                rebalanceSoon()
            }
        }
    }

    func expireRecords(_ place: TopicPartition, olderThan time: Int64) {
        guard let log = logs[place] else { return }
        var offset = log.start
        while let entry = log[offset], entry.timestamp < time { offset += 1 }
        log.deleteRecords(below: offset)
    }

    private func addPartitions() {
        guard retryPlaces.count < 8, let topic = planners.keys.min() else { return }
        guard !retryPlaces.contains(where: { $0.topic == topic && logs[$0]?.isDeleted == true }) else { return }
        let count = retryPlaces.filter { $0.topic == topic }.count
        addPartition(TopicPartition(topic, Int32(count)))
        note("operator: \(topic) has \(count + 1) partitions")
        rebalanceSoon()
    }

    /// Kafka allows it only while the group has no members.
    private func resetOffsets() {
        for member in members where member.isAlive { kill(member, comesBackAs: member.name) }
        after(Self.sessionTimeout + 100) { [self] in
            guard group.memberships.isEmpty, !isQuiet else { return }
            for place in ownedPlaces {
                guard isStable(place), let log = logs[place], !log.isDeleted, let saved = group.committed[place] else { continue }
                let offset = log.start + Int64(dice.number(0...Int(max(0, saved.offset - log.start))))
                note("operator: \(place) reset to \(offset)")
                group.committed[place] = ProgressCommit(partition: place, offset: offset, metadata: "")
                group.mayGoBack.insert(place)
                for id in ledger.items.indices where ledger.items[id].log === log || ledger.items[id].origin === log {
                    ledger.items[id].mayRepeat += 1 + Int(log.end)
                }
            }
        }
    }

    /// A member that was told to close has saved what it could: its process ends, and its place in the group stays until the session does.
    func finishClosing(_ member: Member) -> Bool {
        guard member.isClosing, member.machine.isSettled, member.unacknowledged == nil else { return false }
        note("\(member.name) has closed")
        kill(member, comesBackAs: member.name)
        return true
    }

    /// Nothing goes wrong from now on.
    func calmDown() {
        note("-- faults stop")
        frozenUntil = 0
        unavailableUntil = [:]
        unwritableUntil = [:]
        isQuiet = true
        for member in members {
            member.clockOffset = 0
            thaw(member)
        }
    }
}
