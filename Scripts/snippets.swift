// What snippets of the documentation take for granted: a reader's own types, and what an earlier snippet of the same article made.
import KafkaRetry
import KafkaRetryTesting

struct PatientEvent: Codable { var facility: String }
struct ServerIsDown: Error {}
func evaluate(_ event: PatientEvent) async throws {}
func store(_ records: [KafkaRecord]) async throws -> Set<Int64> { [] }
@available(macOS 15, *)
func evaluationListener(_ configuration: ListenerConfiguration) throws -> RetryListener { try RetryListener(configuration, topics: []) }
@available(macOS 15, *)
var producer: RetryingProducer { fatalError("never run") }
@available(macOS 15, *)
func keep(_ message: ProducerRecord, because reason: String) async throws {}
@available(macOS 15, *)
var kafka: EmbeddedKafka { fatalError("never run") }
