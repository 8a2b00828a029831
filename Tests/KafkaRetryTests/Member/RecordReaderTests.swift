import KafkaTestBroker
import RDKafka
import Testing

@testable import KafkaRetry
@testable import RetryCore

@Suite struct RecordReaderTests {
    /// librdkafka 2.0.2 ends the process over a partition that is dropped, taken and dropped again at once.
    @Test(.broker(requires: .transactions), .timeLimit(.minutes(2))) func anAnswerThatIsFullLeavesTheNextRunForLater() async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let topics = try await TestTopics.create("reread", servers: servers)
        let value = [UInt8](repeating: 7, count: 1_000)
        try await TestWriter(servers).write((0..<4_000).map { _ in TestRecord(to: topics.retry, value: value) })

        let reader = RecordReader(
            ["bootstrap.servers": servers, "group.id": topics.source, "auto.offset.reset": "error", "queued.min.messages": "800"],
            mostBytes: 200_000, log: .silent)
        let (requests, answers, stop) = (Mailbox<RecordReader.Request>(), Mailbox<MemberInput>(), StopFlag())
        let place = TopicPartition(topics.retry, 0)
        async let reading: Void = reader.run(requests, stop: stop, answers: answers)
        let offsets = Array(Int64(0)..<500) + Array(3_000..<3_100)
        let wanted = 100
        for _ in 0..<wanted { requests.post(.init(place: place, epoch: Epoch(assignment: 1), offsets: offsets)) }
        requests.close()
        await reading
        answers.close()
        let read = (answers.take(timeout: .zero) ?? []).map { answer in
            guard case .reread(_, _, let records, let missing) = answer else { return -1 }
            #expect(missing.isEmpty)
            #expect(records.enumerated().allSatisfy { $1.offset == Int64($0) })
            return records.count
        }
        #expect(read.count == wanted)
        #expect(read.allSatisfy { $0 > 100 && $0 <= 500 }, "as much as one answer may hold: \(Set(read))")
    }
}
