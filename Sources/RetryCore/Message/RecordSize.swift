/// What a record takes in memory.
package enum RecordSize {
    /// For so many bytes of key, value and headers.
    @inlinable package static func bytes(_ content: Int) -> Int { 256 + content }

    /// In bytes: what it holds, and an allowance for what keeping it costs.
    @inlinable package static func bytes(key: [UInt8]?, value: [UInt8]?, headers: KafkaHeaders) -> Int {
        bytes((key?.count ?? 0) + (value?.count ?? 0) + headers.byteCount)
    }
}
