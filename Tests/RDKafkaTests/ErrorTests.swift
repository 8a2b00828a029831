import RDKafka
import Testing

@Suite struct ErrorTests {
    @Test func anErrorNamesItselfAsLibrdkafkaDoes() {
        let error = RDKafkaError(.illegalGeneration, isAbortable: true)
        #expect(error.name == "ILLEGAL_GENERATION")
        #expect(error.description == "ILLEGAL_GENERATION: Broker: Specified group generation id is not valid (abortable)")
        #expect(RDKafkaError(.timedOut).name == "_TIMED_OUT")
    }

    @Test func aCodeThatNobodyKnowsIsACodeToo() {
        #expect(RDKafkaError(.init(rawValue: 31_999)).name.contains("31999"))
    }
}
