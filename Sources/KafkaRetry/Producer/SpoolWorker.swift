import RDKafka
import RetryCore

/// What is to be done with the spool. Removals have a worker of their own: a message that waits for room does not keep them from making it.
enum SpoolJob: Sendable {
    case store([ProducerRecord], SendSubmission)
    case read(after: Int64)
    case remove([Int64])
    case noteMayBeWritten([Int64])
}

/// Does a producer's work with its spool: what waits together is written together.
struct SpoolWorker: Sendable {
    let spool: any MessageSpool
    let appends: SpoolAppends
    let answers: Mailbox<ProducerInput>
    let log: RetryLogger
    /// What is read at once.
    static let readMessages = 2_000
    static let readBytes = 4 << 20

    func run(_ jobs: AsyncStream<SpoolJob>) async {
        for await job in jobs {
            switch job {
            case .store(let records, let submission):
                let entries = records.map { SpoolEntry($0, accepted: submission.accepted) }
                do { answers.post(.stored(records, submission, .success(try await appends.append(entries)))) } catch {
                    answers.post(.stored(records, submission, .failure(error)))
                }
            case .read(let after):
                do {
                    answers.post(.replayed(try await spool.read(after: after, limit: Self.readMessages, bytes: Self.readBytes)))
                } catch {
                    log.error("the spool cannot be read", [.error: LogValue(error)])
                    answers.post(.unread)
                }
            case .remove(let numbers):
                do { try await spool.remove(numbers) } catch {
                    log.error(
                        "delivered messages stay in the spool, and will be sent again",
                        [.error: LogValue(error), .count: LogValue(numbers.count)])
                }
            case .noteMayBeWritten(let numbers):
                do { try await spool.noteMayBeWritten(numbers) } catch {
                    log.warning(
                        "messages that may be written already stay in the spool as ones that are not",
                        [.error: LogValue(error), .count: LogValue(numbers.count)])
                }
            }
        }
    }
}
