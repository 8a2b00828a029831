// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
let retry: Target.Dependency = .product(name: "KafkaRetry", package: "swift-kafka-retry")

let package = Package(
    name: "retry-examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "swift-kafka-retry", path: "..")],
    targets: [
        // A service that handles events, with retries and dead letters.
        .executableTarget(name: "LinkService", dependencies: [retry, "ExampleSupport"], swiftSettings: settings),
        // Consume, transform, produce: exactly once.
        .executableTarget(name: "Transform", dependencies: [retry, "ExampleSupport"], swiftSettings: settings),
        // A producer that outlives an outage: typed messages, and a spool on disk.
        .executableTarget(
            name: "Machines", dependencies: [retry, .product(name: "KafkaRetrySpool", package: "swift-kafka-retry"), "ExampleSupport"],
            swiftSettings: settings),
        // What all are told by their environment.
        .target(name: "ExampleSupport", dependencies: [retry], swiftSettings: settings),
        // Feeds them and looks at what comes out.
        .executableTarget(
            name: "example-check", dependencies: [.product(name: "RDKafka", package: "swift-kafka-retry")], swiftSettings: settings),
    ]
)
