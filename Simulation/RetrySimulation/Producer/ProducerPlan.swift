import RetryCore

/// What a seed makes of a producer's simulation: how much of what, and which faults how often.
struct ProducerPlan {
    var topics: Int
    var partitions: Int
    var brokers: Int
    var messages: Int
    var keys: Int
    /// How many of the messages have no key, in percent.
    var unordered: Double
    var faultTime: Int64
    /// How much of each fault, in percent of its usual frequency.
    var faults: Double
    var settings = ProducerMachineSettings()
    var hasDeadLetters: Bool
    var hasCallback: Bool
    var spoolCapacity: Int
    /// How many messages librdkafka takes, and how many it puts into a request.
    var clientCapacity: Int
    var batch: Int
    var requestTimeout: Int64
    /// How many messages have a deadline, in percent, and how soon.
    var deadlines: Double
    var shortestDeadline: Int
    var longestDeadline: Int
    var crashes: Double
    var repartitions: Bool
    var missingTopics: Bool
    var poison: Double
    var transient: Double
    var fatal: Double

    init(_ dice: inout Dice) {
        topics = dice.number(1...3)
        partitions = dice.number(1...3)
        brokers = dice.number(1...2)
        messages = dice.number(20...250)
        keys = dice.number(1...6)
        unordered = dice.happens(50) ? 20 : 0
        faultTime = dice.milliseconds(8_000...40_000)
        faults = dice.happens(15) ? 0 : Double(dice.number(30...250))
        hasDeadLetters = dice.happens(40)
        hasCallback = dice.happens(50)
        spoolCapacity = dice.happens(25) ? dice.number(1...30) : 100_000
        clientCapacity = dice.happens(30) ? dice.number(2...20) : 100_000
        batch = dice.number(1...8)
        requestTimeout = dice.milliseconds(500...5_000)
        deadlines = dice.happens(80) ? Double(dice.number(30...100)) : 0
        shortestDeadline = dice.pick([0, 100, 1_000, 5_000])
        longestDeadline = shortestDeadline + dice.pick([50, 2_000, 15_000])
        crashes = dice.happens(50) ? Double(dice.number(20...100)) : 0
        repartitions = dice.happens(30)
        missingTopics = dice.happens(20)
        poison = dice.happens(30) ? Double(dice.number(1...6)) : 0
        transient = dice.happens(50) ? Double(dice.number(1...15)) : 0
        fatal = dice.happens(30) ? 1 : 0
        let retries = dice.happens(30) ? dice.number(0...3) : 1_000
        settings.policy = (try? .fixed(.milliseconds(dice.number(0...800)), retries: retries)) ?? .standard
        settings.onAmbiguous = dice.pick([.retry, .retry, .recover, .fail])
        settings.whenOpen = dice.pick([.wait, .wait, .recover, .fail])
        settings.breaker.failures = dice.number(1...20)
        settings.breaker.stall = .milliseconds(dice.number(300...10_000))
        settings.breaker.pause = .milliseconds(dice.number(10...1_000))
        settings.breaker.longestPause = .milliseconds(dice.number(1_000...10_000))
        settings.retryReserve = dice.happens(25) ? dice.number(0...10) : 1_000
        settings.hasSpool = dice.happens(65)
        settings.laneWindow = dice.happens(50) ? dice.number(1...10) : 20_000
        settings.window = dice.happens(50) ? dice.number(1...20) : 100_000
        settings.windowBytes = dice.happens(30) ? dice.number(1...2_000) : 64 << 20
    }
}
