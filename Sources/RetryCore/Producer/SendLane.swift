/// The messages of a topic for one partition, for any, or for one that is not known yet.
struct SendLane: Sendable {
    /// How a topic's lanes are told apart. Dead letters have lanes of their own, which nothing of the callers' holds up.
    struct Key: Hashable, Comparable, Sendable {
        let place: Int32
        let isRecovery: Bool

        static func < (left: Self, right: Self) -> Bool {
            (left.place, left.isRecovery ? 1 : 0) < (right.place, right.isRecovery ? 1 : 0)
        }
    }

    let topic: Int
    let place: SendRequest.Place
    let isRecovery: Bool
    /// Callers' messages that are not handed over, in order.
    var waiting = SlotList()
    /// What was read from the spool and is not handed over, in order.
    var replay = SlotList()
    /// What librdkafka has, in order: callers' messages or the spool's, not both at once.
    var out = SlotList()
    /// How many are with a recovery handler that may put them into the spool, so that the lane waits for it.
    var holding = 0
    /// How many are in the spool because they were given up here.
    var spooled = 0
    /// The newest message that the spool was offered: older ones go before what is in the spool, and not behind it.
    var lastOffered: UInt64 = 0
    /// The newest of the callers' messages that stands in the log, or may.
    var lastWritten: UInt64 = 0
    /// The newest message that is given up as soon as what was handed over is back; -1 for none.
    var condemned: Int32 = -1
    /// All that waited up to this one was given up last.
    var givenUpTo: UInt64 = 0
    /// Nothing is handed over until then: its head has failed.
    var pausedUntil: Int64 = 0
    /// Whether it stands in the queue of lanes that may have something to hand over, or among those that wait for a moment.
    var isQueued = false
    var isPaused = false
    /// Whether the number of partitions has changed since: it takes no more messages.
    var isOutdated = false

    /// Whether messages of one lane keep their order.
    var isOrdered: Bool { place != .anywhere }

    /// Whether nothing in it is to go before what newer lanes hold.
    var isDrained: Bool { waiting.isEmpty && replay.isEmpty && out.isEmpty && holding == 0 }
}

/// A topic that messages are sent to.
struct SendTopic: Sendable {
    /// A lane's next message has to be alone in its request. For a time the others hand nothing over that could be in there, and then are not
    /// asked for a while, since one of their partitions may not answer for long.
    struct Room: Sendable {
        let lane: Int
        let until: Int64
        let again: Int64

        /// In milliseconds.
        static let time: Int64 = 1_000

        /// When something changes by itself.
        func next(now: Int64) -> Int64 { until > now ? until : max(again, now + Self.time) }
    }

    let name: String
    var breaker: SendBreaker
    /// Lanes of the current number of partitions.
    private(set) var lanes: [SendLane.Key: Int] = [:]
    /// Those of the callers' messages among them, by partition: found without a hash for each message. -1 for none.
    private var lanesByPartition: [Int32] = []
    /// Lanes of older numbers that still hold something.
    var drainingLanes: Set<Int> = []
    /// How many of its messages librdkafka has, and how many wait to be handed over.
    var handed = 0
    var waiting = 0
    /// By lane, how many were handed over together to find out which of them is refused: nothing else that could be in a request with them
    /// is, until their reports.
    var groups: [Int: Int] = [:]
    /// What makes room for a message that was refused together with others.
    var room: Room?
    /// The newest message that the spool was offered.
    var lastOffered: UInt64 = 0

    /// Beyond these a lane is looked up by its hash.
    private static let mostByPartition = 1_024

    init(name: String, breaker: SendBreaker) {
        self.name = name
        self.breaker = breaker
    }

    // Asked for each message: inlined, since all of a topic's fields would be copied for the call.
    @inline(__always) func lane(_ key: SendLane.Key) -> Int? {
        let place = Int(key.place)
        if !key.isRecovery, lanesByPartition.indices.contains(place) {
            let lane = lanesByPartition[place]
            return lane < 0 ? nil : Int(lane)
        }
        return lanes[key]
    }

    mutating func askForRoom(_ lane: Int, now: Int64) {
        if let room, now < room.again { return }
        room = Room(lane: lane, until: now + Room.time, again: now + 4 * Room.time)
    }

    mutating func add(_ lane: Int, _ key: SendLane.Key) {
        lanes[key] = lane
        note(Int32(lane), key)
    }

    mutating func drop(_ key: SendLane.Key) {
        lanes[key] = nil
        note(-1, key)
    }

    private mutating func note(_ lane: Int32, _ key: SendLane.Key) {
        guard !key.isRecovery, (0..<Self.mostByPartition).contains(Int(key.place)) else { return }
        while lanesByPartition.count <= Int(key.place) {
            // Those that were looked up by their hashes until now.
            let place = SendLane.Key(place: Int32(lanesByPartition.count), isRecovery: false)
            lanesByPartition.append(lanes[place].map(Int32.init) ?? -1)
        }
        lanesByPartition[Int(key.place)] = lane
    }
}
