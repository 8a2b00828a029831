import ExampleSupport
import KafkaRetry

// Evaluates patients when something happened to them. An event that cannot be evaluated just now waits in PatientEvent-Retry; one that cannot
// be evaluated at all rests in PatientEvent-Error.

var configuration = try Environment.listener(group: "link-service")
configuration.service = "LinkService"
// On the platform a record's key is the facility that it came from. A failure names it.
configuration.facilityID = { record in record.key.map { String(decoding: $0, as: UTF8.self) } }

let topic = KafkaTopic(Environment.text("TOPIC") ?? KafkaTopic.patientEvent.name)
let policy = try Environment.retryPolicy ?? .exponential(retries: 5, initial: .seconds(1), max: .seconds(60), jitter: .equal)
let registry = PatientRegistry()
let log = RetryLogger.standardError(.info)

let events = ListenerTopic(
    topic, as: PatientEvent.self, settings: TopicSettings(policy: policy, deadline: .seconds(30))
) { event, context in
    let patient = try await registry.patient(event.patientID)
    evaluate(patient, after: event)
    log.info("evaluated", ["correlation_id": "\(context.entity.correlationID ?? "none")", "attempt": LogValue(context.attempt)])
}

let listener = try RetryListener(configuration, topics: [events], log: log)
print(try await listener.run(stoppingOn: [.sigterm, .sigint]))
