import RDKafka

/// A thread for tests that wait for a broker, so that they hold none of those that every other test of the process needs.
@globalActor actor BlockingThread {
    static let shared = BlockingThread()
    private static let executor = BlockingExecutor("blocking-tests")
    nonisolated var unownedExecutor: UnownedSerialExecutor { Self.executor.asUnownedSerialExecutor() }
}

/// A second one, for those that wait longest.
@globalActor actor GroupThread {
    static let shared = GroupThread()
    private static let executor = BlockingExecutor("group-tests")
    nonisolated var unownedExecutor: UnownedSerialExecutor { Self.executor.asUnownedSerialExecutor() }
}
