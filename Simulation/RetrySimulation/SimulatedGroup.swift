import RetryCore

/// The group at its coordinator.
struct SimulatedGroup {
    struct Membership {
        let id: Int
        let member: Member
        let process: Int
    }

    var generation = 0
    var lastID = 0
    var memberships: [Membership] = []
    var owners: [TopicPartition: Int] = [:]
    var committed: [TopicPartition: ProgressCommit] = [:]
    /// Counts offsets as they are sent, and says which of them a partition's are.
    var offsetsSent = 0
    var lastSent: [TopicPartition: Int] = [:]
    /// Partitions that were made anew while old progress stayed: a log that has grown beyond that before anybody looks cannot be told.
    var unrestored: Set<TopicPartition> = []
    /// Partitions that an operator reset.
    var mayGoBack: Set<TopicPartition> = []
    var isRebalancing = false
    /// Partitions whose owner has been told to let go.
    var revoking: Set<TopicPartition> = []
}

/// What the consumer tells a member between two acknowledgements.
enum Callback {
    case assign([TopicPartition])
    case revoke([TopicPartition])
    case lost([TopicPartition])

    var places: [TopicPartition] {
        switch self {
        case .assign(let places), .revoke(let places), .lost(let places): places
        }
    }
}

extension World {
    static let sessionTimeout: Int64 = 10_000

    func join(_ member: Member) {
        // A static member that comes back within its session takes its old place, without a rebalance.
        group.lastID += 1
        let id = group.lastID
        member.membership = id
        if let index = group.memberships.firstIndex(where: { $0.member.name == member.name }) {
            let old = group.memberships[index].id
            group.memberships[index] = .init(id: id, member: member, process: member.process)
            let places = ownedPlaces.filter { group.owners[$0] == old }
            for place in places { group.owners[place] = id }
            member.generation = group.generation
            note("\(member.name) is back as \(id) with \(places)")
            if !places.isEmpty { member.callbacks.append(.assign(places)) }
            group.revoking.subtract(places)
            if !isBalanced(ownedPlaces.filter { logs[$0]?.isDeleted == false }) { rebalanceSoon() }
        } else {
            group.memberships.append(.init(id: id, member: member, process: member.process))
            note("\(member.name) joins as \(id)")
            rebalanceSoon()
        }
        pump(member)
    }

    /// The coordinator gives up a member that it has not heard of.
    func expire(_ id: Int?) {
        guard let id, let index = group.memberships.firstIndex(where: { $0.id == id }) else { return }
        note("broker: session of \(group.memberships[index].member.name) (\(id)) expired")
        group.memberships.remove(at: index)
        for place in ownedPlaces where group.owners[place] == id {
            group.owners[place] = nil
            group.revoking.remove(place)
        }
        rebalanceSoon()
    }

    func rebalanceSoon() {
        guard !group.isRebalancing else { return }
        group.isRebalancing = true
        after(dice.milliseconds(5...300)) { [self] in
            group.isRebalancing = false
            rebalance()
        }
    }

    private func rebalance() {
        group.generation += 1
        let generation = group.generation
        guard !group.memberships.isEmpty else { return }
        let places = ownedPlaces.filter { logs[$0]?.isDeleted == false }
        let most = (places.count + group.memberships.count - 1) / group.memberships.count
        var callbacks: [Int: [Callback]] = [:]
        var counts: [Int: Int] = [:]
        let isEagerStart = !plan.isCooperative && !places.allSatisfy { group.owners[$0] == nil } && !isBalanced(places)
        for membership in group.memberships {
            let owned = ownedPlaces.filter { group.owners[$0] == membership.id }
            let gone = owned.filter { logs[$0]?.isDeleted != false }
            let kept = owned.filter { logs[$0]?.isDeleted == false }
            let excess = isEagerStart ? kept : Array(kept.dropFirst(most))
            counts[membership.id] = kept.count - (isEagerStart ? 0 : excess.count)
            let revoked = (gone + excess).filter { !group.revoking.contains($0) }
            group.revoking.formUnion(revoked)
            if !revoked.isEmpty { callbacks[membership.id, default: []].append(.revoke(revoked)) }
        }
        if !isEagerStart {
            var given: [Int: [TopicPartition]] = [:]
            for place in places where group.owners[place] == nil {
                let least = group.memberships.min { counts[$0.id, default: 0] < counts[$1.id, default: 0] }
                guard let least, counts[least.id, default: 0] < most else { continue }
                group.owners[place] = least.id
                counts[least.id, default: 0] += 1
                given[least.id, default: []].append(place)
            }
            for (id, places) in given { callbacks[id, default: []].append(.assign(places)) }
        }
        note("broker: generation \(generation), \(group.memberships.map { "\($0.member.name)=\($0.id)" })")
        for membership in group.memberships {
            let mine = callbacks[membership.id] ?? []
            let member = membership.member
            // The generation moves in the background, whether or not its callbacks are served.
            let delay = max(fails(10) ? dice.milliseconds(0...3_000) : dice.milliseconds(0...20), member.told - now)
            member.told = now + delay
            deliver(to: member, process: membership.process, after: delay) { [self] in
                guard member.membership == membership.id else { return }
                member.generation = max(member.generation, generation)
                for callback in mine { note("\(member.name) is told \(callback)") }
                member.callbacks += mine
            }
        }
    }

    private func isBalanced(_ places: [TopicPartition]) -> Bool {
        let counts = group.memberships.map { membership in places.count { group.owners[$0] == membership.id } }
        return places.allSatisfy { group.owners[$0] != nil } && (counts.max() ?? 0) - (counts.min() ?? 0) <= 1
    }

    /// A member let go of partitions.
    func released(_ places: [TopicPartition], by id: Int?) {
        for place in places where id != nil && group.owners[place] == id {
            group.owners[place] = nil
            group.revoking.remove(place)
        }
        rebalanceSoon()
    }

    func isCurrent(_ metadata: Member.Metadata) -> Bool {
        metadata.generation == group.generation && group.memberships.contains { $0.id == metadata.membership }
    }
}
