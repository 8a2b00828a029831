import KafkaRetryConfiguration
import Testing

@testable import kafka_retry

@Suite struct SuggestionTests {
    @Test(arguments: [("gruop", "group"), ("Topic", "topic"), ("max-dealy", "max-delay"), ("bootstrap-servers", "bootstrap-server")])
    func aSlipFindsItsName(slip: String, name: String) {
        #expect(Suggestion.nearest(to: slip, among: OptionTable.all.map(\.name)) == name)
    }

    @Test(arguments: ["", "q", "banana", "zzzzzzzz"]) func somethingElseFindsNothing(name: String) {
        #expect(Suggestion.nearest(to: name, among: OptionTable.all.map(\.name)) == nil)
    }
}
