import RDKafka
import Testing

@testable import KafkaRetry

@Suite struct StandstillWatchTests {
    private let start = ContinuousClock.now

    private func watch(_ configuration: RDKafkaConfiguration) -> StandstillWatch { StandstillWatch(configuration, now: start) }

    @Test func whatStandsStillAsLongAsAMembershipMayLastWithoutAHeartbeatIsNoticed() {
        var watch = watch(["session.timeout.ms": "10000", "heartbeat.interval.ms": "2000"])
        #expect(watch.pass(start + .milliseconds(7_999)) == nil)
        #expect(watch.pass(start + .milliseconds(15_999)) == .seconds(8))
        #expect(watch.pass(start + .milliseconds(16_000)) == nil, "said once")
        #expect(watch.pause == .seconds(2))
    }

    @Test func aBusyLoopIsNoStandstillWhateverTheSettingsAre() {
        var watch = watch(["session.timeout.ms": "3100", "heartbeat.interval.ms": "3000"])
        #expect(watch.pass(start + .milliseconds(2_999)) == nil)
        #expect(StandstillWatch(["session.timeout.ms": "soon"]).bound == .seconds(42), "librdkafka says what is wrong with it")
    }
}
