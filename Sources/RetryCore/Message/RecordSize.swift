/// What a record takes in memory.
package enum RecordSize {
    /// In bytes: what it holds, and an allowance for what keeping it costs.
    @inline(__always)
    package static func bytes(key: [UInt8]?, value: [UInt8]?, headers: KafkaHeaders) -> Int {
        256 + (key?.count ?? 0) + (value?.count ?? 0) + headers.byteCount
    }
}
