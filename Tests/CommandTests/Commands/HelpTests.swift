import Testing

@testable import kafka_retry

@Suite struct HelpTests {
    @Test func eachCommandsHelpShowsEachOfItsOptions() {
        for command in CommandTable.all {
            let help = Help.command(command)
            let words = help.joined(separator: " ").split(separator: " ").joined(separator: " ")
            for option in command.options {
                #expect(help.contains { $0.hasPrefix("  \(option.usage)") }, "\(command.name) \(option.flag)")
                if let standard = option.standardValue, option.shape != .toggle {
                    #expect(words.contains("Default: \(standard)."), "\(command.name) \(option.flag)")
                }
            }
            #expect(help.allSatisfy { $0.count <= 100 })
            #expect(Help.overview().contains { $0.contains(command.name) && $0.contains(command.summary) })
        }
    }

    @Test func whatOnlyTheCommandLineHasIsSaid() throws {
        for command in CommandTable.all where command.options.contains(where: { $0.name == "config" }) {
            let words = Help.command(command).joined(separator: " ").split(separator: " ").joined(separator: " ")
            let only = command.options.filter { $0.reach == .commandLine && $0.name != "help" }.map(\.flag)
            let sentence = "Only the command line has \(only.joined(separator: ", "))."
            #expect(words.contains("Only the command line has") == !only.isEmpty && (only.isEmpty || words.contains(sentence)))
        }
        let produce = try #require(CommandTable.all.first { $0.name == "produce" })
        let help = Help.command(produce).joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(help.contains("--spool, --durable") && !help.contains("'topics:'"))
        #expect(help.contains("The first line that is no message ends it") && help.contains("as JSON anew"))
    }

    @Test func theOverviewShowsEachStatus() {
        let help = Help.overview()
        for status in ExitStatus.allCases { #expect(help.contains { $0.hasPrefix("  \(status.rawValue) ") }) }
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 64, 65, 69, 70, 73, 77, 78, 130])
    }

    @Test func theReferenceShowsEachOptionWithItsOtherNames() {
        let reference = OptionReference.markdown()
        #expect(reference.count == OptionTable.all.count + 2)
        #expect(reference.contains { $0.contains("`--max-delay DURATION` | `KAFKA_RETRY_MAX_DELAY` | `max-delay` | `5s`") })
        #expect(reference.contains { $0.contains("`KAFKA_RETRY_X_NAME` | `properties`") })
    }

    @Test func eachOptionIsDescribedOnceAndItsDefaultIsValid() throws {
        #expect(Set(OptionTable.all.map(\.name)).count == OptionTable.all.count)
        for option in OptionTable.all {
            if let standard = option.standardValue { try option.check([standard]) }
        }
    }
}
