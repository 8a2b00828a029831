import CRDKafka

extension RDKafkaAdmin {
    /// A topic's configuration by name, defaults included. Throws `unknownTopicOrPart` if there is no such topic.
    public func configuration(topic: String, timeout: Duration) throws(RDKafkaError) -> [String: RDKafkaTopicSetting] {
        try describe(RD_KAFKA_RESOURCE_TOPIC, topic, timeout: timeout)
    }

    /// A broker's own configuration by name, that of the first broker in the cluster's list.
    public func brokerConfiguration(timeout: Duration) throws(RDKafkaError) -> [String: RDKafkaTopicSetting] {
        let brokers = try metadata(timeout: timeout) { metadata in
            UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map(\.id)
        }
        guard let broker = brokers.first else { throw RDKafkaError(.allBrokersDown) }
        return try describe(RD_KAFKA_RESOURCE_BROKER, String(broker), timeout: timeout)
    }

    private func describe(
        _ kind: rd_kafka_ResourceType_t, _ name: String, timeout: Duration
    ) throws(RDKafkaError) -> [String: RDKafkaTopicSetting] {
        guard let resource = rd_kafka_ConfigResource_new(kind, name) else {
            throw RDKafkaError(.invalidArgument, message: "the name \"\(name)\" is not accepted")
        }
        defer { rd_kafka_ConfigResource_destroy(resource) }
        var resources: [OpaquePointer?] = [resource]
        return try request(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout: timeout) { options, queue in
            rd_kafka_DescribeConfigs(client.raw, &resources, 1, options, queue)
        } read: { event throws(RDKafkaError) in
            var count = 0
            let results = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
            guard count > 0, let described = results?.pointee else { return [:] }
            try RDKafkaError.check(
                rd_kafka_ConfigResource_error(described), rd_kafka_ConfigResource_error_string(described).map { String(cString: $0) })
            return Self.settings(described)
        }
    }

    private static func settings(_ resource: OpaquePointer) -> [String: RDKafkaTopicSetting] {
        var count = 0
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        var settings: [String: RDKafkaTopicSetting] = [:]
        for entry in UnsafeBufferPointer(start: entries, count: entries == nil ? 0 : count) {
            guard let entry, let name = rd_kafka_ConfigEntry_name(entry) else { continue }
            settings[String(cString: name)] = RDKafkaTopicSetting(
                rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) },
                isDefault: rd_kafka_ConfigEntry_is_default(entry) == 1)
        }
        return settings
    }
}
