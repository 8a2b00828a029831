import RDKafka
import RetryCore

/// Reads records again whose payloads were dropped, on a thread and with a consumer of its own.
actor RecordReader {
    private let executor = BlockingExecutor("retry-reread")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Offsets of one partition, sorted.
    struct Request: Sendable {
        var place: TopicPartition
        var epoch: Epoch
        var offsets: [Int64]
    }

    /// Reading over so many unwanted records costs less than going elsewhere.
    private static let worthwhileGap: Int64 = 1_000
    /// A run that has not come by then is given up for now, and asked for again.
    private static let patience: Duration = .seconds(10)
    /// Longer than what is fetched next takes, if all is well (measured: 2 ms).
    private static let firstWait: Duration = .milliseconds(5)
    /// Between two looks, where nothing comes.
    private static let longestWait: Duration = .milliseconds(100)

    private let configuration: RDKafkaConfiguration
    /// More than this is not gathered for one answer.
    private let mostBytes: Int
    private let log: RetryLogger
    private let arrived = Mailbox<Never>()
    private let pause = Mailbox<Never>()
    private var prefetch: PrefetchGauge

    init(_ configuration: RDKafkaConfiguration, mostBytes: Int, log: RetryLogger) {
        self.configuration = configuration
        self.mostBytes = mostBytes
        self.log = log
        prefetch = PrefetchGauge(configuration)
    }

    /// Answers requests until the mailbox is closed.
    func run(_ requests: Mailbox<Request>, stop: StopFlag, answers: Mailbox<MemberInput>) {
        var configuration = configuration
        // Small fetches answer sooner (measured: 2 ms in place of 7-9).
        configuration.setDefault("fetch.message.max.bytes", "131072")
        configuration["enable.partition.eof"] = "true"
        // A broker that has no more of one partition must not keep the next one waiting.
        configuration.setDefault("fetch.wait.max.ms", "10")
        let consumer: RDKafkaConsumer
        do throws(RDKafkaConfigurationError) {
            consumer = try RDKafkaConsumer(configuration, wakeUp: { [arrived] in arrived.ring() })
        } catch {
            return answers.post(
                .failed(KafkaRetryError(.configuration, "a consumer cannot be made", remedy: "correct the property", cause: error)))
        }
        defer { try? consumer.close() }
        while let taken = requests.take(timeout: nil) {
            for request in taken where !stop.isSet {
                var (records, missing): ([KafkaRecord], [Int64]) = ([], [])
                for run in Self.runs(request.offsets) where !stop.isSet {
                    guard read(run, of: request.place, with: consumer, stop, &records, &missing) else { break }
                }
                try? consumer.unassign()
                // What does not come is asked for again, but not at once.
                if records.isEmpty, missing.isEmpty { _ = pause.take(timeout: .milliseconds(200)) }
                answers.post(.reread(request.place, request.epoch, records: records, missing: missing))
            }
        }
    }

    /// Offsets that are near each other, read in one go.
    private static func runs(_ offsets: [Int64]) -> [ArraySlice<Int64>] {
        var runs: [ArraySlice<Int64>] = []
        var start = 0
        for index in offsets.indices.dropFirst() where offsets[index] - offsets[index - 1] > worthwhileGap {
            runs.append(offsets[start..<index])
            start = index
        }
        if start < offsets.count { runs.append(offsets[start...]) }
        return runs
    }

    /// Reads a run's records. False if they did not come in time.
    private func read(
        _ run: ArraySlice<Int64>, of place: TopicPartition, with consumer: RDKafkaConsumer, _ stop: StopFlag,
        _ records: inout [KafkaRecord],
        _ missing: inout [Int64]
    ) -> Bool {
        var bytes = records.reduce(0) { $0 + $1.residentSize }
        guard let first = run.first, bytes < mostBytes, (try? consumer.assign([RDKafkaPartition(place): .offset(first)])) != nil else {
            return false
        }
        var (left, hasStarted, wait) = (run, false, Self.firstWait)
        // librdkafka 2.0.2 ends the process over a partition that is dropped, taken and dropped again before it noticed.
        defer { if !hasStarted { _ = pause.take(timeout: Self.longestWait) } }
        let deadline = ContinuousClock.now + Self.patience
        while !left.isEmpty, bytes < mostBytes, !stop.isSet, ContinuousClock.now < deadline {
            var (isBelowStart, drainedBytes) = (false, 0)
            let count = consumer.drain(max: 1_000) { message in
                drainedBytes += message.contentSize
                guard message.partition == place.partition, message.topic == place.topic else { return }
                hasStarted = true
                if message.isEvent {
                    guard let code = message.error?.code else { return }
                    if code == .autoOffsetReset { isBelowStart = true }
                    if code == .partitionEOF {
                        // What lies before the end and did not come is not there. What lies behind it may: after an election the
                        // new leader shows less for a moment.
                        missing += left.prefix { $0 < message.offset }
                        left = left.drop { $0 < message.offset }
                    }
                    return
                }
                while let wanted = left.first, wanted < message.offset {
                    missing.append(wanted)
                    left.removeFirst()
                }
                guard left.first == message.offset else { return }
                let record = KafkaRecord(message, from: place)
                bytes += record.residentSize
                records.append(record)
                left.removeFirst()
            }
            if prefetch.isRunningLow(queued: consumer.queuedCount, drained: count, bytes: drainedBytes) {
                consumer.wakeFetcher(of: [RDKafkaPartition(place)])
            }
            if isBelowStart {
                guard let log = try? consumer.requests.queryWatermarkOffsets(RDKafkaPartition(place), timeout: .seconds(1)) else {
                    return false
                }
                missing += left.prefix { $0 < log.low }
                left = left.drop { $0 < log.low }
                return left.isEmpty
            }
            guard count == 0 else {
                wait = Self.firstWait
                continue
            }
            _ = arrived.take(timeout: wait)
            guard consumer.queuedCount == 0 else { continue }
            // The queue may have been full a moment ago, and then librdkafka would not look again for a second.
            consumer.wakeFetcher(of: [RDKafkaPartition(place)])
            wait = min(wait * 2, Self.longestWait)
        }
        return left.isEmpty
    }
}
