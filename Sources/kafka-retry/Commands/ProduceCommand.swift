import Foundation
import KafkaRetry
import KafkaRetrySpool
import RetryCore

/// `produce`: lines into messages.
enum ProduceCommand {
    static let description = CommandDescription(
        path: ["produce"], summary: "Send each line of stdin as a message, with retries and recovery.",
        details: """
            Sends the lines in their order; those of one key stay in order whatever fails. What cannot be delivered goes to TOPIC-Error, and
            what cannot be sent in time to the --spool, which is sent first when the cluster is back, by this run or the next. Ends
            with the input, or by SIGTERM or SIGINT, once everything has ended; the last line on stdout is the account. Ends with 1 if
            messages failed or may have been written. The first line that is no message ends it with 65: what stands before it is sent, and
            nothing behind it is read.
            """,
        options: OptionTable.produce + OptionTable.general,
        statuses: [.answerIsNo, .badInput, .noBroker, .cannotCreate, .notAuthorised, .badConfiguration, .interruptedTwice], run: run)

    private static func run(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try invocation.settings()
        let topic = try settings.value(OptionTable.produceTopic)
        let isJSON = try settings.value(OptionTable.ndjson) ?? false
        let separator = try settings.value(OptionTable.keySeparator)
        if isJSON, separator != nil { throw CommandFailure(.usage, "--key-separator and --ndjson exclude each other") }
        if topic == nil, !isJSON { throw CommandFailure(.usage, "no topic is given", hint: "Give --topic TOPIC.") }
        let connection = try invocation.program.loader.connection(settings)
        if let topic = topic.map({ connection.topic(KafkaTopic($0)) }) {
            // Each by itself it was looked at already.
            do throws(IllegalTopicName) { try topic.check() } catch {
                throw CommandFailure(.badConfiguration, "the name of the topic '\(topic)', prefix included, \(error.reason)")
            }
        }
        var configuration = try invocation.program.loader.producer(settings, connection)
        let logger = try invocation.logger(settings).naming(connection)
        let isDurable = try settings.value(OptionTable.durable) ?? false
        let path = try settings.value(OptionTable.spool)
        if isDurable, path == nil { throw CommandFailure(.usage, "--durable needs --spool FILE") }
        // Last, so that nothing is made for a command that cannot run.
        var spool: SpoolFile?
        if let path { spool = try await open(path, logger) }
        configuration.spool = spool
        configuration.durability = isDurable ? .writeAhead : .onFailure
        configuration.recovery = [DeadLetterTopicRecovery()] + (spool == nil ? [] : [SpoolRecovery()]) + [LogRecovery(logger)]
        if spool != nil {
            configuration.whenBreakerOpen = .recover
        } else {
            // Nothing can be kept for a cluster that is away.
            _ = try await FirstContact.make(
                configuration.bootstrapServers, configuration.properties, timeout: try settings.value(OptionTable.startupTimeout))
        }

        let signals = invocation.program.stopSignals()
        let producer: RetryingProducer
        do throws(KafkaRetryError) { producer = try await RetryingProducer(configuration, log: logger) } catch {
            await spool?.close()
            throw CommandFailure(.badConfiguration, "\(error)")
        }
        let source = LineSource(
            descriptor: invocation.program.input, format: isJSON ? .ndjson : .text(separator: separator.map { Array($0.utf8) }),
            topic: topic.map { KafkaTopic($0) }, topicPrefix: connection.topicPrefix)
        let shows = try settings.value(OptionTable.progress) ?? false
        let progress = shows ? Task { await show(producer, invocation.output) } : nil
        let reading = Task { await source.run(into: producer) }
        let stopping = Task {
            if await signals.requested() != nil { reading.cancel() }
        }
        let end = await reading.value
        var patience = configuration.deadline + .seconds(5)
        if case .stopped = end { patience = .seconds(10) }
        let account = await producer.close(within: patience)
        stopping.cancel()
        progress?.cancel()
        await progress?.value
        await spool?.close()
        invocation.output.write(line: ProduceEvent.account(account).json.text)
        if case .badInput(let problem) = end { throw CommandFailure(.badInput, problem, hint: "What stood before it was sent.") }
        return account.failed + account.ambiguous > 0 ? .answerIsNo : .done
    }

    private static func open(_ path: String, _ logger: RetryLogger) async throws(CommandFailure) -> SpoolFile {
        do throws(SpoolError) {
            let spool = try await SpoolFile.open(path)
            for damage in await spool.damage { logger.error("the spool was damaged", [.reason: .string("\(damage)")]) }
            return spool
        } catch {
            throw CommandFailure(.cannotCreate, "the spool cannot be used: \(error.message)")
        }
    }

    /// Shows how far it is, twice a second, until it is cancelled.
    static func show(_ producer: RetryingProducer, _ output: LineStream) async {
        var isFirst = true
        while !Task.isCancelled {
            // The account that comes last is no progress.
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
            let account = producer.account
            if output.isTerminal {
                let up = isFirst ? "" : "\u{1B}[1A\u{1B}[2K"
                isFirst = false
                output.write(
                    line:
                        "\(up)\(account.read) accepted, \(account.delivered) delivered, \(account.spooled) spooled, \(account.failed) failed"
                )
            } else {
                output.write(line: ProduceEvent.progress(account).json.text)
            }
        }
    }
}
