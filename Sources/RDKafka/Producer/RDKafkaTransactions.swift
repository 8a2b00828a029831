import CRDKafka

/// Transactions of a producer with a `transactional.id`. All calls block, up to their time-out and beyond it by some seconds (measured: `sendOffsets` with
/// 3 s took 8-15 s on a frozen broker). Call them from one thread.
///
/// After an error, go by its flags: fatal → make the producer anew; abortable → `abortTransaction`; retriable → the same call again, and nothing else.
extension RDKafkaProducer {
    /// Fences older producers with this id and ends what they left open. Once, before anything else; again if the error is retriable.
    public func initTransactions(timeout: Duration) throws(RDKafkaError) {
        try RDKafkaError.check(rd_kafka_init_transactions(client.raw, timeout.timeoutMilliseconds))
    }

    /// Begins a transaction: what is produced from now on belongs to it.
    public func beginTransaction() throws(RDKafkaError) { try RDKafkaError.check(rd_kafka_begin_transaction(client.raw)) }

    /// Makes these offsets part of the transaction. Must have returned before the commit: one that timed out leaves the offsets out and
    /// the commit succeeds all the same.
    ///
    /// - Parameter group: from `RDKafkaConsumer.groupMetadata()`, taken when the batch closed.
    public func sendOffsets(
        _ offsets: [RDKafkaOffset], group: RDKafkaGroupMetadata, timeout: Duration
    ) throws(RDKafkaError) {
        let list = try PartitionList(offsets)
        try RDKafkaError.check(
            list.lend { rd_kafka_send_offsets_to_transaction(client.raw, $0, group.raw, timeout.timeoutMilliseconds) })
    }

    /// Waits for all reports, then commits. Without a `timeout` it waits as long as the transaction may last.
    public func commitTransaction(timeout: Duration?) throws(RDKafkaError) {
        try RDKafkaError.check(rd_kafka_commit_transaction(client.raw, timeout?.timeoutMilliseconds ?? -1))
    }

    /// Purges what waits, then aborts. Without a `timeout` it waits as long as the transaction may last.
    public func abortTransaction(timeout: Duration?) throws(RDKafkaError) {
        try RDKafkaError.check(rd_kafka_abort_transaction(client.raw, timeout?.timeoutMilliseconds ?? -1))
    }
}
