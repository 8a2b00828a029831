import RDKafka
import Testing

@testable import KafkaRetry

@Suite struct MemberMemoryTests {
    @Test(arguments: [ByteSize.mebibytes(1), .mebibytes(16), .mebibytes(64), .mebibytes(256), .mebibytes(1 << 30)])
    func librdkafkaTakesTheLimitsOfAnyMemory(_ memory: ByteSize) throws {
        let shares = MemberMemory(memory)
        for limits in [shares.prefetch, shares.reread] {
            var configuration: RDKafkaConfiguration = ["group.id": "g", "bootstrap.servers": "127.0.0.1:1"]
            limits.apply(to: &configuration)
            _ = try RDKafkaConsumer(configuration)
        }
    }

    @Test func smallRecordsCountWithWhatComesWithEach() {
        let shares = MemberMemory(.mebibytes(64))
        #expect(shares.prefetch.messages * 512 + shares.prefetch.kilobytes * 1_024 <= 16 << 20)
        #expect(shares.payloadBytes + (20 << 20) <= 64 << 20)
    }

    @Test func whatTheUserSetsStays() throws {
        var configuration: RDKafkaConfiguration = [
            "group.id": "g", "bootstrap.servers": "127.0.0.1:1", "queued.min.messages": "77", "message.max.bytes": "20000000",
        ]
        MemberMemory(.mebibytes(16)).prefetch.apply(to: &configuration)
        #expect(configuration["queued.min.messages"] == "77")
        _ = try RDKafkaConsumer(configuration)
    }
}
