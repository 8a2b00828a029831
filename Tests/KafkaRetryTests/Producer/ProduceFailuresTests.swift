import RetryCore
import Testing

@testable import KafkaRetry
@testable import RDKafka

@Suite struct ProduceFailuresTests {
    private func verdict(_ code: RDKafkaError.Code, _ persistence: RDKafkaDeliveryReport.Persistence) -> SendVerdict {
        let report = RDKafkaDeliveryReport(
            token: 1, partition: 0, offset: nil, timestamp: nil, errorCode: code, persistence: persistence)
        return SendVerdict(report, instanceFailed: false)
    }

    @Test func whetherItWasWrittenSaysTheStatusWhateverTheErrorIs() {
        for row in ProduceFailures.rows {
            for code in row.codes {
                #expect(verdict(code, .notPersisted) == .notWritten(row.failure))
                #expect(verdict(code, .possiblyPersisted) == .maybeWritten(row.failure))
                #expect(verdict(code, .persisted) == .delivered)
            }
        }
    }
}
