// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "swift-kafka-retry",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "KafkaRetry", targets: ["KafkaRetry"]),
        .library(name: "KafkaRetryConfiguration", targets: ["KafkaRetryConfiguration"]),
        .library(name: "KafkaRetrySpool", targets: ["KafkaRetrySpool"]),
        .library(name: "KafkaRetryTesting", targets: ["KafkaRetryTesting"]),
        .library(name: "RDKafka", targets: ["RDKafka"]),
        .executable(name: "kafka-retry", targets: ["kafka-retry"]),
    ],
    targets: [
        // The system libraries, each fenced in a module of its own.
        .systemLibrary(name: "CRDKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),

        // Pure values: no I/O, no clock, no Kafka import.
        .target(name: "RetryCore", swiftSettings: settings),
        // Swift over librdkafka: every pointer and every thread.
        .target(name: "RDKafka", dependencies: ["CRDKafka"], swiftSettings: settings),
        // What users import.
        .target(name: "KafkaRetry", dependencies: ["RetryCore", "RDKafka"], swiftSettings: settings),
        // The durable spool: whoever does without it links no SQLite.
        .target(name: "KafkaRetrySpool", dependencies: ["KafkaRetry", "RetryCore", "RDKafka", "CSQLite"], swiftSettings: settings),
        // Settings from YAML and the environment: whoever does without them links no libyaml.
        .target(
            name: "KafkaRetryConfiguration", dependencies: ["KafkaRetry", "RetryCore", "RDKafka", "CYAML"], swiftSettings: settings),
        // For users' own tests: an embedded broker, a clock that stands still, faults and expectations.
        .target(name: "KafkaRetryTesting", dependencies: ["KafkaRetry", "RetryCore", "RDKafka"], swiftSettings: settings),
        // The daemon and its tools.
        .executableTarget(
            name: "kafka-retry", dependencies: ["KafkaRetry", "KafkaRetrySpool", "KafkaRetryConfiguration"], swiftSettings: settings),

        // The simulator: a log, a group, transactions and faults, without a broker.
        .target(name: "RetrySimulation", dependencies: ["RetryCore"], path: "Simulation/RetrySimulation", swiftSettings: settings),
        .executableTarget(
            name: "retry-simulate", dependencies: ["RetrySimulation"], path: "Simulation/retry-simulate", swiftSettings: settings),

        .testTarget(name: "RetryCoreTests", dependencies: ["RetryCore", "RetrySimulation"], swiftSettings: settings),
        .testTarget(name: "RDKafkaTests", dependencies: ["RDKafka", "KafkaTestBroker"], swiftSettings: settings),
        .testTarget(
            name: "KafkaRetryTests",
            dependencies: ["KafkaRetry", "KafkaRetrySpool", "RetryCore", "RDKafka", "KafkaTestBroker", "ListenerTestPlan"],
            swiftSettings: settings),
        .testTarget(
            name: "KafkaRetrySpoolTests", dependencies: ["KafkaRetrySpool", "KafkaRetry", "RetryCore", "CSQLite", "KafkaTestBroker"],
            swiftSettings: settings),
        .testTarget(
            name: "KafkaRetryTestingTests", dependencies: ["KafkaRetryTesting", "KafkaRetry"], swiftSettings: settings),
        .testTarget(
            name: "CommandTests", dependencies: ["kafka-retry", "KafkaRetryConfiguration", "KafkaTestBroker", "RDKafka"],
            swiftSettings: settings),
        .testTarget(
            name: "KafkaRetryConfigurationTests",
            dependencies: ["KafkaRetryConfiguration", "KafkaRetry", "RetryCore", "RDKafka", "KafkaTestBroker"], swiftSettings: settings),
        // A real broker for the tests: found or started, killed, frozen and stopped.
        .target(name: "KafkaTestBroker", dependencies: ["RDKafka"], path: "Tests/KafkaTestBroker", swiftSettings: settings),
        // A service with a listener in it, for tests that kill it, and what it and they agree on.
        .target(name: "ListenerTestPlan", path: "Tests/ListenerTestPlan", swiftSettings: settings),
        .executableTarget(
            name: "listener-test-service", dependencies: ["KafkaRetry", "ListenerTestPlan"], path: "Tests/ListenerTestService",
            swiftSettings: settings),
        // A process that appends to a spool, for tests that kill it.
        .executableTarget(
            name: "spool-test-writer", dependencies: ["KafkaRetry", "KafkaRetrySpool", "RetryCore"], path: "Tests/SpoolTestWriter",
            swiftSettings: settings),
    ]
)
