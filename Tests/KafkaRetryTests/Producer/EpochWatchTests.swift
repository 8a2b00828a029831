@testable import KafkaRetry
import RDKafka
import RetryCore
import Testing

/// What librdkafka's log says of repeats; the lines are those of librdkafka 2.0.2.
@Suite struct EpochWatchTests {
    private let watch = EpochWatch()

    private func log(_ facility: String, _ message: String) {
        watch.took(RDKafkaLogLine(level: 7, facility: facility, message: "[thrd:127.0.0.1:9092/bootstrap]: " + message))
    }

    private func mayRepeat(_ sequence: UInt64, _ topic: String = "T", _ partition: Int32 = 0) -> Bool {
        watch.mayRepeat(sequence, in: TopicPartition(topic, partition))
    }

    private let drain = "T [0] beginning partition drain: drain before retrying"
    private let renewal = "T [0] changed PID{Id:0,Epoch:0} -> PID{Id:0,Epoch:1} with base MsgId 2"

    @Test func whatWasInFlightWhenTheEpochRoseMayBeThereTwice() {
        watch.handsOver(3)
        log("DRAIN", "a.b_c-d [12] beginning partition drain: drain before retrying")
        watch.handsOver(4)
        #expect(!mayRepeat(3, "a.b_c-d", 12))
        log("NEWPID", "a.b_c-d [12] changed PID{Id:0,Epoch:0} -> PID{Id:0,Epoch:1} with base MsgId 2")
        #expect(mayRepeat(3, "a.b_c-d", 12) && !mayRepeat(4, "a.b_c-d", 12) && !mayRepeat(3, "a.b_c-d", 1) && !mayRepeat(3))
        // Nothing was sent again.
        watch.handsOver(9)
        log("NEWPID", "a.b_c-d [12] changed PID{Id:0,Epoch:1} -> PID{Id:0,Epoch:2} with base MsgId 9")
        log("NEWPID", renewal)
        #expect(mayRepeat(3, "a.b_c-d", 12) && !mayRepeat(4, "a.b_c-d", 12) && !mayRepeat(3))
    }

    @Test func theFirstEpochRepeatsNothing() {
        watch.handsOver(7)
        log("DRAIN", "T [0] beginning partition drain: wait for outstanding requests to finish before producing to new leader")
        log("NEWPID", "T [0] changed PID{Invalid} -> PID{Id:0,Epoch:0} with base MsgId 1")
        log("NEWPID", renewal)
        #expect(!mayRepeat(7))
    }

    @Test func whatABrokerRefusedForItsNumberIsNotThere() {
        let refusal = "127.0.0.1:9092/1: ProduceRequest for T [0] with 3 message(s) failed due to skipped sequence numbers"
        watch.handsOver(7)
        log("ERRSEQ", refusal)
        log("DRAIN", drain)
        log("NEWPID", renewal)
        #expect(!mayRepeat(7))
        log("DRAIN", drain)
        log("NEWPID", renewal)
        #expect(mayRepeat(7), "the refusal is forgotten")
        // What was in flight before, on another connection, counts.
        watch.handsOver(9)
        log("DRAIN", drain)
        log("ERRSEQ", refusal)
        log("NEWPID", renewal)
        #expect(mayRepeat(9))
    }

    @Test(arguments: [
        "", " beginning partition drain: x", "] beginning partition drain", "T [] beginning partition drain",
        "[0] beginning partition drain", "T [99999999999] beginning partition drain", "T 0] beginning partition drain",
        "All partitions drained, bumped epoch to PID{Id:0,Epoch:1}",
        "T [0] will not change PID{Id:0,Epoch:0} -> PID{Id:0,Epoch:1} yet: 3 message(s) still in-flight from current epoch",
    ]) func otherLinesSayNothing(text: String) {
        log("DRAIN", text)
        log("NEWPID", text)
        log("ERRSEQ", text)
        watch.took(RDKafkaLogLine(level: 7, facility: "DRAIN", message: text))
        log("NEWPID", renewal)
        #expect(!mayRepeat(0))
    }
}
