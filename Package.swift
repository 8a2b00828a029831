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
        .library(name: "RDKafka", targets: ["RDKafka"]),
        .executable(name: "kafka-retry", targets: ["kafka-retry"]),
    ],
    targets: [
        // The system libraries, each fenced in a module of its own.
        .systemLibrary(name: "CRDKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),

        // Pure values: no I/O, no clock, no Kafka import.
        .target(name: "RetryCore", swiftSettings: settings),
        // Swift over librdkafka: every pointer and every thread.
        .target(name: "RDKafka", dependencies: ["CRDKafka"], swiftSettings: settings),
        // What users import.
        .target(name: "KafkaRetry", dependencies: ["RetryCore", "RDKafka"], swiftSettings: settings),
        // The daemon and its tools.
        .executableTarget(name: "kafka-retry", dependencies: ["KafkaRetry", "CYAML"], swiftSettings: settings),

        // The simulator: a log, a group, transactions and faults, without a broker.
        .target(name: "RetrySimulation", dependencies: ["RetryCore"], path: "Simulation/RetrySimulation", swiftSettings: settings),
        .executableTarget(
            name: "retry-simulate", dependencies: ["RetrySimulation"], path: "Simulation/retry-simulate", swiftSettings: settings),

        .testTarget(name: "RetryCoreTests", dependencies: ["RetryCore", "RetrySimulation"], swiftSettings: settings),
        .testTarget(name: "RDKafkaTests", dependencies: ["RDKafka", "KafkaTestBroker"], swiftSettings: settings),
        .testTarget(name: "KafkaRetryTests", dependencies: ["KafkaRetry", "KafkaTestBroker"], swiftSettings: settings),
        .testTarget(name: "CommandTests", dependencies: ["kafka-retry", "KafkaTestBroker", "RDKafka"], swiftSettings: settings),
        // A real broker for the tests: found or started, killed, frozen and stopped.
        .target(name: "KafkaTestBroker", dependencies: ["RDKafka"], path: "Tests/KafkaTestBroker", swiftSettings: settings),
    ]
)
