import ExampleSupport
import KafkaRetry

// Reads ResourceAcquired and writes a normalised resource for each. The new record and the progress are one transaction: whoever reads with
// isolation.level=read_committed finds each resource once, however often this process is killed.

let configuration = try Environment.listener(group: "transform")
let source = KafkaTopic(Environment.text("TOPIC") ?? KafkaTopic.resourceAcquired.name)
let target = KafkaTopic(Environment.text("TARGET") ?? "ResourceNormalized")

let resources = ListenerTopic(
    source, as: ResourceAcquired.self, settings: TopicSettings(policy: try Environment.retryPolicy)
) { resource, context -> HandlerOutcome in
    var headers = KafkaHeaders()
    if let correlation = context.entity.correlationID { headers.append(.correlationID, correlation) }
    let normalized = try ResourceNormalized(resource)
    return .done(writing: try ProducerRecord(to: target, key: normalized.patientID, message: normalized, headers: headers))
}

let listener = try RetryListener(configuration, topics: [resources], log: .standardError(.info))
print(try await listener.run(stoppingOn: [.sigterm, .sigint]))
