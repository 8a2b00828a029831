import Foundation
import RDKafka
import RetryCore

/// What the topics are filled with: keys k0…k999, a number in the value's first 8 bytes, zeros behind it. Where records wait, and there is room,
/// the next 8 bytes are the milliseconds since 1970 at which they are due.
struct NumberedRecord {
    private static let keys = (0..<1_000).map { Array("k\($0)".utf8) }

    var number: Int
    var due: Int64?

    var key: [UInt8] { Self.keys[number % Self.keys.count] }

    /// One key stays in one partition.
    func partition(of count: Int) -> Int32 { Int32(clamping: number % Self.keys.count % max(1, count)) }

    func write(to value: inout [UInt8]) {
        value.withUnsafeMutableBytes { value in
            value.storeBytes(of: UInt64(number).bigEndian, as: UInt64.self)
            if let due, value.count >= 16 { value.storeBytes(of: due.bigEndian, toByteOffset: 8, as: Int64.self) }
        }
    }

    /// The number of a record that was read; `nil` if it is none of ours.
    static func number(in value: UnsafeRawBufferPointer?) -> Int? {
        guard let value, value.count >= 8 else { return nil }
        return Int(exactly: UInt64(bigEndian: value.loadUnaligned(as: UInt64.self)))
    }

    /// When it was due; `nil` if it does not say.
    static func due(in value: UnsafeRawBufferPointer?) -> Int64? {
        guard let value, value.count >= 16 else { return nil }
        return Int64(bigEndian: value.loadUnaligned(fromByteOffset: 8, as: Int64.self))
    }

    /// What a record that has failed once carries, due at that many milliseconds since 1970.
    static func retryHeaders(due: Int64) -> RDKafkaHeaders {
        var headers = RDKafkaHeaders()
        headers.append("X-Retry-Count", Array("0".utf8))
        headers.append("X-Next-Retry-Timestamp", Array(String(due).utf8))
        headers.append("X-Exception-Message", Array("fails once".utf8))
        return headers
    }
}

extension Timestamp {
    /// The machine's clock.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
