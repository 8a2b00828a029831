import KafkaRetry
import Testing

@Suite struct LogValueTests {
    @Test(arguments: [("a b", "a b"), (7, "7"), (true, "true"), (["T[0]", "T[1]"], "T[0],T[1]")] as [(LogValue, String)])
    func asTextItIsWhatItHolds(value: LogValue, text: String) { #expect("\(value)" == text) }
}
