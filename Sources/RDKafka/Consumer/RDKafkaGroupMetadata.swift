import CRDKafka

/// Which group, generation and member a consumer was when this was taken. Goes with the offsets that a transaction sends, and fences
/// them: the broker refuses those of an older generation.
public final class RDKafkaGroupMetadata: @unchecked Sendable {
    // Never changed after it was made, hence Sendable.
    let raw: OpaquePointer

    init(owning raw: OpaquePointer) { self.raw = raw }

    deinit { rd_kafka_consumer_group_metadata_destroy(raw) }
}
