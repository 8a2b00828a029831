/// Time and chance of a simulated world: one thread, one order of events, one source of chance, so that the same seed is the same run.
class SimulatedTime {
    let seed: UInt64
    var dice: Dice
    var now: Int64
    let begin: Int64
    var steps = 0
    /// The first promise that was broken.
    private(set) var violation: String?
    let trace: ((String) -> Void)?
    private var events = EventQueue()

    init(seed: UInt64, begin: Int64, trace: ((String) -> Void)?) {
        self.seed = seed
        self.trace = trace
        self.begin = begin
        now = begin
        dice = Dice(seed: seed)
    }

    /// Runs all events until `end`.
    func run(until end: Int64) {
        while violation == nil, let time = events.nextTime, time <= end, let event = events.popFirst() {
            now = max(now, event.time)
            steps += 1
            event.body()
        }
        if violation == nil { now = max(now, end) }
    }

    /// Lets go of what was still to happen, which holds the world just as the world holds it.
    func end() { events = EventQueue() }

    func after(_ delay: Int64, _ body: @escaping () -> Void) { events.add(at: now + max(0, delay), body) }

    func note(_ text: @autoclosure () -> String) {
        guard let trace else { return }
        let time = now - begin
        trace("\(steps) +\(time / 1_000).\(String(time % 1_000 + 1_000).dropFirst()) \(text())")
    }

    func violate(_ what: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = what()
        note("VIOLATION: \(violation ?? "")")
    }
}
