/// How `--memory` is shared out.
struct RelayMemory {
    /// For payloads that wait in this process.
    let payloadBytes: Int
    /// For what librdkafka has fetched ahead, in kilobytes.
    let prefetchKilobytes: Int
    /// The same for the consumer that reads dropped payloads again.
    let rereadKilobytes: Int

    /// What librdkafka takes for `queued.max.messages.kbytes`.
    private static let mostKilobytes = 2_097_151

    /// A quarter for the prefetch, a sixteenth for what is read again, the rest for payloads.
    init(_ memory: ByteSize) {
        let bytes = Int(clamping: memory.bytes)
        prefetchKilobytes = min(Self.mostKilobytes, max(256, bytes / 4 / 1_024))
        rereadKilobytes = min(Self.mostKilobytes, max(128, bytes / 16 / 1_024))
        payloadBytes = max(64 << 10, bytes - (prefetchKilobytes + rereadKilobytes) * 1_024)
    }
}
