import Foundation
import KafkaRetry
import RDKafka
import RetryCore

/// Reads lines from a file descriptor on a thread of its own and submits them, as fast as they are taken.
actor LineSource {
    private let executor = BlockingExecutor("produce-input")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Why reading has ended.
    enum End: Sendable {
        case endOfInput
        case stopped
        case badInput(String)
        case closed
    }

    private let descriptor: Int32
    private let format: LineFormat
    private let topic: KafkaTopic?
    private let topicPrefix: String
    private static let pieceSize = 256 << 10

    init(descriptor: Int32, format: LineFormat, topic: KafkaTopic?, topicPrefix: String) {
        self.descriptor = descriptor
        self.format = format
        self.topic = topic
        self.topicPrefix = topicPrefix
    }

    /// Submits all lines up to the end of the input, or to the first that is no message. Cancelled, it waits neither for input nor for room.
    func run(into producer: RetryingProducer) async -> End {
        var splitter = LineSplitter()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = waitAndRead(buffer)
            if Task.isCancelled { return .stopped }
            guard count >= 0 else { return .badInput("the input cannot be read: \(String(cString: strerror(errno)))") }
            var lines: [[UInt8]]
            let first = splitter.count + 1
            do throws(LineSplitter.TooLong) {
                lines = try splitter.lines(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } catch {
                return .badInput("line \(error.line) is longer than \(LineSplitter.longest) bytes")
            }
            if count == 0, let last = splitter.last() { lines.append(last) }
            if let end = await submit(lines, first, producer) { return end }
            if count == 0 { return .endOfInput }
        }
    }

    /// What was before a bad line is submitted.
    private func submit(_ lines: [[UInt8]], _ first: Int, _ producer: RetryingProducer) async -> End? {
        var messages: [ProducerRecord] = []
        messages.reserveCapacity(lines.count)
        var end: End?
        for (index, line) in lines.enumerated() {
            do throws(LineFormat.Unreadable) { messages.append(try format.message(line, to: topic, prefix: topicPrefix)) } catch {
                end = .badInput("line \(first + index): \(error.problem)")
                break
            }
        }
        do throws(SendError) { if !messages.isEmpty { try await producer.submit(messages) } } catch {
            return Task.isCancelled ? .stopped : .closed
        }
        return end
    }

    /// Waits for input, but looks now and again whether it is to stop. 0 is the end of the input, -1 an error.
    private func waitAndRead(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while !Task.isCancelled {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wanted, 1, 200)
            if ready == 0 || ready < 0 && errno == EINTR { continue }
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            return count
        }
        return 0
    }
}
