import RetryCore

/// What a seed makes of a simulation: how much of what, and which faults how often.
struct Plan {
    var members: Int
    var topics: Int
    var partitions: Int32
    var isCooperative: Bool
    var delivery: HopMachine.Delivery
    var faultTime: Int64
    var records: Int
    var payloadBytes: Int
    var metadataCapacity: Int
    var brokerMetadataLimit: Int
    var batchRecords: Int
    var batchSpacing: Duration
    var cleaning = CleaningSettings()
    var retention: Int64?
    var longestDelay: Int
    /// How much of each fault, in percent of its usual frequency: 0 for none.
    var brokerFaults: Double
    var groupFaults: Double
    var deletions: Bool
    var clockSteps: Bool
    var poison: Double
    var readAhead: Duration
    var jitter: Jitter
    /// How members handle records themselves; `nil` if they relay.
    var handlers: HandlerPlan?
    /// What a record takes in memory at the most.
    var recordBytes = 900
    /// The longest that a member sleeps while nothing goes wrong, in milliseconds.
    var quietSleep: Int64 = 5_000

    init(_ dice: inout Dice) {
        members = dice.number(1...3)
        topics = dice.number(1...2)
        partitions = Int32(dice.number(1...3))
        isCooperative = dice.happens(75)
        delivery = dice.happens(85) ? .exactlyOnce : .atLeastOnce
        faultTime = dice.milliseconds(20_000...90_000)
        records = dice.number(30...400)
        payloadBytes = dice.happens(50) ? dice.number(1_500...20_000) : 10_000_000
        metadataCapacity = dice.happens(60) ? dice.number(50...110) : 3_000
        brokerMetadataLimit = dice.happens(15) ? dice.number(310...600) : 4_096
        batchRecords = dice.happens(50) ? dice.number(1...20) : 20_000
        if dice.happens(60) {
            cleaning.chunk = dice.number(1...50)
            cleaning.slack = Int64(dice.number(5...60))
            cleaning.margin = .milliseconds(dice.number(1_000...60_000))
        }
        longestDelay = dice.pick([1_000, 20_000, 60_000, 600_000, 3 * 3_600_000])
        let isRetained = dice.happens(15)
        retention = isRetained ? Int64(longestDelay) * 4 + 1_800_000 : nil
        brokerFaults = dice.happens(25) ? 0 : Double(dice.number(20...200))
        groupFaults = dice.happens(25) ? 0 : Double(dice.number(20...200))
        deletions = dice.happens(20)
        clockSteps = dice.happens(10)
        poison = dice.happens(30) ? Double(dice.number(1...8)) : 0
        if dice.happens(25) {
            // Markers are written often and stay of use for long, while members come and go.
            metadataCapacity = dice.number(50...75)
            longestDelay = dice.pick([600_000, 3 * 3_600_000])
            retention = nil
            records = dice.number(100...300)
            groupFaults = Double(dice.number(150...300))
            cleaning = dice.happens(50) ? CleaningSettings() : cleaning
        }
        readAhead = .milliseconds(dice.pick([500, 10_000]))
        jitter = dice.pick([.none, .full, .equal])
        handlers = dice.happens(50) ? HandlerPlan(&dice) : nil
        batchSpacing = .milliseconds(dice.pick([0, 10, 200]))
        // Each record that is held in a source topic takes room in the metadata for good.
        if handlers != nil, metadataCapacity < 200 { poison = 0 }
    }
}
