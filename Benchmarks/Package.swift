// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "retry-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "swift-kafka-retry", path: "..")],
    targets: [
        .executableTarget(
            name: "retry-bench", dependencies: [.product(name: "KafkaRetry", package: "swift-kafka-retry")], swiftSettings: settings)
    ]
)
