/// How `--memory` is shared out.
struct MemberMemory {
    /// For payloads that wait in this process.
    let payloadBytes: Int
    /// For what librdkafka has fetched ahead.
    let prefetch: PrefetchLimits
    /// The same for the consumer that reads dropped payloads again.
    let reread: PrefetchLimits

    /// A quarter for the prefetch, a sixteenth for what is read again, the rest for payloads.
    init(_ memory: ByteSize) {
        let bytes = Int(clamping: memory.bytes)
        prefetch = PrefetchLimits(bytes: bytes / 4)
        reread = PrefetchLimits(bytes: bytes / 16)
        payloadBytes = max(64 << 10, bytes - bytes / 4 - bytes / 16)
    }
}
