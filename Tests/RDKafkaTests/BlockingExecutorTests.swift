import Dispatch
import Foundation
import RDKafka
import Testing

private actor Owner {
    private let executor: BlockingExecutor
    private var steps: [Int] = []

    init(_ executor: BlockingExecutor = BlockingExecutor("owner")) { self.executor = executor }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func thread() -> ObjectIdentifier { ObjectIdentifier(Thread.current) }
    func systemThread() throws -> String {
        try "/proc/" + FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
    }
    func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }
    func step(_ number: Int) { steps.append(number) }
    func taken() -> [Int] { steps }
    func assumes() -> Int { assumeIsolated { $0.steps.count } }
}

@Suite struct BlockingExecutorTests {
    @Test func anActorStaysOnOneThreadOfItsOwn() async {
        let owner = Owner()
        let first = await owner.thread()
        await Task.detached { await owner.step(1) }.value
        #expect(await owner.thread() == first)
        #expect(await Owner().thread() != first)
        #expect(await owner.assumes() == 1)
    }

    @Test func manyThatBlockDoNotStopTheOthers() async {
        // More than the cooperative pool has threads: with all of them waiting nothing else could run.
        let gate = DispatchSemaphore(value: 0)
        let owners = (0..<4 * ProcessInfo.processInfo.activeProcessorCount).map { _ in Owner() }
        await withTaskGroup { group in
            for owner in owners { group.addTask { await owner.wait(for: gate) } }
            group.addTask {
                var sum = 0
                for step in 0..<100 {
                    await Task.yield()
                    sum += step
                }
                #expect(sum == 4_950)
                for _ in owners { gate.signal() }
            }
        }
    }

    @Test func jobsRunInTheOrderInWhichTheyCame() async {
        let owner = Owner()
        for number in 0..<1_000 { await owner.step(number) }
        #expect(await owner.taken() == Array(0..<1_000))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/thread-self"), "needs Linux's /proc"))
    func aReleasedExecutorEndsItsThread() async throws {
        let thread: String
        do {
            let owner = Owner(BlockingExecutor("ends-soon"))
            thread = try await owner.systemThread()
            #expect(FileManager.default.fileExists(atPath: thread))
            #expect(try String(contentsOfFile: thread + "/comm", encoding: .utf8) == "ends-soon\n")
        }
        let end = ContinuousClock.now + .seconds(20)
        while FileManager.default.fileExists(atPath: thread), ContinuousClock.now < end { await Task.yield() }
        #expect(!FileManager.default.fileExists(atPath: thread))
    }

    @Test func aJobThatWaitsKeepsItsExecutor() async {
        let gate = DispatchSemaphore(value: 0)
        let last: Task<[Int], Never>
        do {
            let owner = Owner()
            let blocked = Task { await owner.wait(for: gate) }
            last = Task {
                await owner.step(1)
                return await owner.taken()
            }
            _ = blocked
        }
        gate.signal()
        #expect(await last.value == [1])
    }
}
