import Foundation

/// A seed that somebody wants to replay.
enum SeedVariable {
    static var value: UInt64? { ProcessInfo.processInfo.environment["KAFKA_RETRY_FUZZ_SEED"].flatMap { UInt64($0) } }
}
