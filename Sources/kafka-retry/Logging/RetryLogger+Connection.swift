import KafkaRetry

extension RetryLogger {
    /// The same logger, whose every line names the tenant and the cluster of `connection`, if they have names.
    func naming(_ connection: KafkaConnection) -> RetryLogger {
        var logger = self
        if let tenant = connection.tenant { logger = logger.with([.tenant: .string(tenant)]) }
        if let cluster = connection.cluster { logger = logger.with([.cluster: .string(cluster)]) }
        return logger
    }
}
