import KafkaRetryConfiguration
import Testing

@testable import kafka_retry

@Suite struct ArgumentParserTests {
    private func parse(_ arguments: String...) throws -> ArgumentParser.Result {
        try ArgumentParser.parse(arguments, command: "run", options: RunCommand.description.options)
    }

    private func failure(_ arguments: String...) throws -> CommandFailure {
        try #require(throws: CommandFailure.self) {
            try ArgumentParser.parse(arguments, command: "run", options: RunCommand.description.options)
        }
    }

    @Test func aValueFollowsOrIsJoined() throws {
        for result in [try parse("--group", "a"), try parse("--group=a")] { #expect(result.settings["group"]?.texts == ["a"]) }
        #expect(try parse("--group=a=b").settings["group"]?.texts == ["a=b"])
        #expect(try parse("--group=").settings["group"]?.texts == [""])
    }

    @Test func listsAreSplitAndRepeated() throws {
        #expect(try parse("--topic", "A,B", "--topic=C").settings["topic"]?.texts == ["A", "B", "C"])
        #expect(try parse("--delays", "20s, 60s").settings["delays"]?.texts == ["20s", "60s"])
    }

    @Test func propertiesKeepTheirEquals() throws {
        let result = try parse("-X", "a.b=c=d", "-Xe=f", "-X", "g=")
        #expect(result.properties.map(\.name) == ["a.b", "e", "g"])
        #expect(result.properties.map(\.value) == ["c=d", "f", ""])
    }

    @Test func togglesHaveANo() throws {
        #expect(try parse("--no-create-topics").settings["create-topics"]?.texts == ["false"])
        #expect(try parse("--group-scoped-topics").settings["group-scoped-topics"]?.texts == ["true"])
        #expect(try parse("--no-group-scoped-topics").settings["group-scoped-topics"]?.texts == ["false"])
    }

    @Test func mistakesSayWhatWasMeant() throws {
        #expect(try failure("--gruop", "a").message == "there is no option --gruop; did you mean '--group'?")
        #expect(try failure("--no-create-topic").message.contains("did you mean '--no-create-topics'?"))
        #expect(try failure("group", "a").message.contains("did you mean '--group'?"))
        #expect(try failure("--group").message == "--group has no value; write --group NAME")
        #expect(try failure("--group", "--topic", "A").message == "--group has no value; write --group NAME")
        #expect(try failure("--group", "a", "--group", "b").message.contains("twice"))
        #expect(try failure("--create-topics", "--no-create-topics").message.contains("contradict"))
        #expect(try failure("-o", "json").message == "-o is not an option of 'run'")
        for failure in [try failure("x"), try failure("-"), try failure("--"), try failure("-q"), try failure("--=x")] {
            #expect(failure.status == .usage)
        }
    }

    @Test func aMisplacedSecretIsNotRepeated() throws {
        for failure in [
            try failure("-X", "sasl.password hunter2"), try failure("-X", "sasl.password=", "hunter2"),
            try failure("--sasl.password=hunter2"),
            try failure("-X", "=hunter2"),
        ] {
            #expect(!failure.description.contains("hunter2"))
            #expect(failure.status == .usage)
        }
    }
}
