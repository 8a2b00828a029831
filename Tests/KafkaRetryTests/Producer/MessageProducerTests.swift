import Foundation
import KafkaRetry
import KafkaTestBroker
import Testing

/// Messages of a type of their own, on their way through a retrying producer.
@Suite struct MessageProducerTests {
    @Test(.broker) func machinesArriveAsTheyWereSent() async throws {
        let bench = try await ProducerBench("machines", partitions: 3)
        let producer = try await bench.producer()
        let machines = producer.messages(of: MachinePinotMessage.self, to: bench.topic, key: { $0.machineId })
        let sent = (0..<300).map { number in
            MachinePinotMessage(
                tenantId: "t1", machineId: "m\(number % 10)", organizationId: "o1", deviceType: "SERVER", status: "ONLINE", osType: "LINUX",
                tags: ["å", "b"], tagKeyValues: ["site:north"], ingestionTime: 1_800_000_000_000 + Int64(number))
        }
        try await machines.send(sent[0])
        let results = await machines.send(Array(sent.dropFirst()))
        #expect(results.allSatisfy { if case .success(.delivered) = $0 { true } else { false } })
        await producer.close(within: .seconds(10))

        let found = try await bench.written(partitions: 3)
        let read = try found.map { try JSONDecoder().decode(MachinePinotMessage.self, from: Data($0.value ?? [])) }
        #expect(Set(read) == Set(sent) && read.count == sent.count)
        #expect(zip(found, read).allSatisfy { record, machine in record.key == Array(machine.machineId.utf8) })
        #expect(found.allSatisfy { $0.headers == [.init("message-type", "MachinePinotMessage")] })
        for (_, times) in Dictionary(grouping: read, by: \.machineId).mapValues({ $0.compactMap(\.ingestionTime) }) {
            #expect(times == times.sorted())
        }
    }

    private struct Reading: Codable, Sendable {
        var sensor: String
        var value: Double
    }

    @Test(.broker) func oneThatDoesNotEncodeIsToldAtOnceAndStopsNobody() async throws {
        let bench = try await ProducerBench("readings")
        let producer = try await bench.producer()
        let readings = producer.messages(of: Reading.self, to: bench.topic, named: nil, key: { $0.sensor })
        let sent = [1, .nan, 3, .infinity, 5].map { Reading(sensor: "secret", value: $0) }
        let results = await readings.send(sent)
        let failures = results.map { if case .failure(let error) = $0 { error } else { SendError?.none } }
        #expect(failures.map { $0 != nil } == [false, true, false, true, false])
        #expect(failures[1]?.persistence == .notWritten && failures[1]?.cause == .permanent)
        #expect(failures[1]?.message.contains("value") == true && failures[1]?.message.contains("secret") == false, "\(failures)")
        await #expect(throws: SendError.self) { try await readings.enqueue(sent[1]) }
        let account = await producer.close(within: .seconds(10))
        #expect(account.read == 3 && account.delivered == 3, "\(account)")
        let found = try await bench.written()
        #expect(found.count == 3 && found.allSatisfy(\.headers.isEmpty))
    }

    @Test func resultsOfABatchStandInItsOrder() async throws {
        var configuration = ProducerConfiguration(bootstrapServers: ["127.0.0.1:1"])
        configuration.deadline = .milliseconds(300)
        configuration.memory = .mebibytes(1)
        let producer = try await RetryingProducer(configuration)
        // Large enough for several pieces; one of the last piece has a fault.
        var messages = (0..<3_000).map { ProducerRecord(to: "nowhere", key: "k", value: "\($0)") }
        messages[2_990].topic = "no topic"
        let results = await producer.send(messages)
        let causes = results.map { if case .failure(let error) = $0 { error.cause } else { SendCause?.none } }
        #expect(causes.firstIndex(of: .permanent) == 2_990 && causes.count { $0 == .deadline } == 2_999)
        await producer.close(within: .seconds(1))
    }

    @Test func aMachineIsReadWithWhatIsMissing() throws {
        let json = Data(#"{"machineId":"m1","tags":null,"status":"OFFLINE"}"#.utf8)
        let machine = try JSONDecoder().decode(MachinePinotMessage.self, from: json)
        #expect(machine == MachinePinotMessage(machineId: "m1", status: "OFFLINE"))
    }
}
