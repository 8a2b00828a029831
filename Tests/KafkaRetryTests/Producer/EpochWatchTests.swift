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

    @Test func whatWasInFlightWhenTheEpochRoseMayBeThereTwice() {
        watch.handsOver(3)
        log("DRAIN", "a.b_c-d [12] beginning partition drain: drain before retrying")
        watch.handsOver(4)
        #expect(watch.limits.isEmpty && watch.changeCount == 0)
        log("NEWPID", "a.b_c-d [12] changed PID{Id:0,Epoch:0} -> PID{Id:0,Epoch:1} with base MsgId 2")
        #expect(watch.limits == [TopicPartition("a.b_c-d", 12): 3] && watch.changeCount == 1)
        // Nothing was sent again.
        log("NEWPID", "a.b_c-d [12] changed PID{Id:0,Epoch:1} -> PID{Id:0,Epoch:2} with base MsgId 9")
        log("NEWPID", "T [0] changed PID{Id:0,Epoch:1} -> PID{Id:0,Epoch:2} with base MsgId 9")
        #expect(watch.limits.count == 1 && watch.changeCount == 1)
    }

    @Test func theFirstEpochRepeatsNothing() {
        watch.handsOver(7)
        log("DRAIN", "T [0] beginning partition drain: wait for outstanding requests to finish before producing to new leader")
        log("NEWPID", "T [0] changed PID{Invalid} -> PID{Id:0,Epoch:0} with base MsgId 1")
        log("NEWPID", "T [0] changed PID{Id:0,Epoch:0} -> PID{Id:0,Epoch:1} with base MsgId 5")
        #expect(watch.limits.isEmpty)
    }

    @Test(arguments: [
        "", " beginning partition drain: x", "] beginning partition drain", "T [] beginning partition drain",
        "[0] beginning partition drain", "T [99999999999] beginning partition drain", "T 0] beginning partition drain",
        "All partitions drained, bumped epoch to PID{Id:0,Epoch:1}",
        "T [0] will not change PID{Id:0,Epoch:0} -> PID{Id:0,Epoch:1} yet: 3 message(s) still in-flight from current epoch",
    ]) func otherLinesSayNothing(text: String) {
        log("DRAIN", text)
        log("NEWPID", text)
        watch.took(RDKafkaLogLine(level: 7, facility: "DRAIN", message: text))
        log("NEWPID", "T [0] changed PID{Id:0,Epoch:0} -> PID{Id:0,Epoch:1} with base MsgId 5")
        #expect(watch.limits.isEmpty)
    }
}
