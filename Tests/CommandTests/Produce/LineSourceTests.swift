import Foundation
import KafkaRetry
import Testing

@testable import kafka_retry

@Suite struct LineSourceTests {
    private func descriptor(_ text: String) throws -> Int32 {
        let path = NSTemporaryDirectory() + "lines-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(filePath: path))
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        unlink(path)
        return descriptor
    }

    @Test(.timeLimit(.minutes(1))) func cancelledItDoesNotWaitForRoomInMemory() async throws {
        var configuration = ProducerConfiguration(bootstrapServers: ["127.0.0.1:1"])
        configuration.memory = .mebibytes(1)
        let producer = try await RetryingProducer(configuration)
        let input = try descriptor(String(repeating: String(repeating: "x", count: 99_999) + "\n", count: 40))
        defer { close(input) }
        let source = LineSource(descriptor: input, format: .text(separator: nil), topic: "T", topicPrefix: "")
        let reading = Task { await source.run(into: producer) }
        // Ten of them fill it.
        while producer.account.read < 8 { try await Task.sleep(for: .milliseconds(10)) }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        reading.cancel()
        guard case .stopped = await reading.value else {
            Issue.record("it has not been stopped")
            return
        }
        #expect(ContinuousClock.now - start < .seconds(20), "long before a deadline of two minutes")
        let account = await producer.close(within: .milliseconds(100))
        #expect(account.read < 40 && account.read == account.ended, "\(account)")
    }

    @Test func theEndIsNoProgress() async throws {
        let producer = try await RetryingProducer(ProducerConfiguration(bootstrapServers: ["127.0.0.1:1"]))
        let pipe = Pipe()
        let output = LineStream(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let showing = Task { await ProduceCommand.show(producer, output) }
        showing.cancel()
        await showing.value
        try pipe.fileHandleForWriting.close()
        #expect(pipe.fileHandleForReading.readDataToEndOfFile().isEmpty)
        await producer.close(within: .milliseconds(100))
    }
}
