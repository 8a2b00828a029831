import ExampleSupport
import Foundation
import KafkaRetry
import KafkaRetrySpool

// Says of each machine how it is. While the cluster is away, messages wait in a file; the next run with that file sends them first, so that
// what was said of a machine earlier also stands there earlier. The last line is the account of all messages.

let topic = KafkaTopic(Environment.text("TOPIC") ?? "machines")
let status = Environment.text("STATUS") ?? "ONLINE"
let spool = try await SpoolFile.open(Environment.text("SPOOL") ?? "machines.spool")

var configuration = ProducerConfiguration(bootstrapServers: Environment.servers)
configuration.service = "Machines"
configuration.spool = spool
// A message that is not in Kafka after this goes into the file.
configuration.deadline = try Environment.text("DEADLINE").map { try DurationNotation.parse($0) } ?? .seconds(10)
let producer = try await RetryingProducer(configuration, log: .standardError(.info))

let machines = producer.messages(of: MachinePinotMessage.self, to: topic) { $0.machineId }
let now = Int64(Date().timeIntervalSince1970 * 1_000)
let results = await machines.send(
    (0..<300).map { number in
        MachinePinotMessage(
            tenantId: "tenant-1", machineId: "machine-\(number)", organizationId: "org-\(number % 7)", deviceType: "SERVER", status: status,
            osType: "LINUX", tags: ["rack-\(number % 20)"], ingestionTime: now)
    })
for case .failure(let error) in results { print(error) }

// What stood in the file is sent too, if the cluster is there; else it stays for the next run.
let account = await producer.close(within: .seconds(10))
await spool.close()
print(account)
exit(account.failed + account.ambiguous == 0 ? 0 : 1)
