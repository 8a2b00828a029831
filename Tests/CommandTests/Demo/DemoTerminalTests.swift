import KafkaTestBroker
import Testing

/// The demo on a terminal, as a person sees it.
@Suite struct DemoTerminalTests {
    private static let environment = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_COLOR": ""]

    @Test(.pseudoTerminal, .timeLimit(.minutes(1))) func itIsRedrawnInPlaceAndEndsWithTotalsThatAddUp() async throws {
        let terminal = try #require(PseudoTerminal())
        let screen = try await screenAtTheEnd(of: terminal)
        let lanes = screen.lines.filter { $0.contains("order-") }
        let atOnce = lanes.count { $0.hasSuffix("✓ handled") }
        let recovered = lanes.count { $0.hasSuffix("✓ recovered") }
        let dead = lanes.count { $0.contains("✗ dead letter: ") }
        #expect(lanes.count == 10 && atOnce + recovered + dead == 10 && recovered > 0 && dead > 0, "\(screen.lines)")
        let sum = "10 placed = \(atOnce) handled at once + \(recovered) recovered + \(dead) dead-lettered"
        #expect(screen.lines.filter { $0.contains(" placed ") } == [sum], "\(screen.lines)")
        #expect(!screen.lines.contains { $0.contains("FAULT") }, "\(screen.lines)")
        // Ten seconds and more of ten frames each; a slow machine draws fewer.
        #expect(screen.redraws > 20)
    }

    @Test(.pseudoTerminal, .timeLimit(.minutes(1))) func ctrlCEndsItAndLeavesTheTerminalAsItWas() async throws {
        let terminal = try #require(PseudoTerminal())
        let screen = try await screenAtTheEnd(of: terminal, Daemon.Reaction(to: "failed: ") { _ in try? terminal.type("\u{03}") })
        #expect(screen.lines.contains("Stopped before the end."), "\(screen.lines)")
        #expect(screen.lines.count { $0.contains(" placed = ") && $0.hasSuffix(" in flight") } == 1, "\(screen.lines)")
        #expect(!screen.lines.contains { $0.contains("^C") }, "\(screen.lines)")
    }

    /// What stands on the terminal when the demo has ended, and the shell's prompt is to go on there.
    private func screenAtTheEnd(of terminal: PseudoTerminal, _ reaction: Daemon.Reaction? = nil) async throws -> TerminalScreen {
        let modes = terminal.modes
        let (ending, output) = try await Daemon.run(
            ["demo"], environment: Self.environment, terminal: terminal, reaction: reaction
        ) { demo in
            (try await demo.end(within: .seconds(40)), await demo.wholeOutput())
        }
        let screen = TerminalScreen(showing: output)
        #expect(ending == .exit(0), "\(screen.lines)")
        #expect(screen.unknown.isEmpty && screen.isCursorShown && screen.isPlain)
        #expect(screen.column == 0 && screen.row == screen.lines.count - 1 && screen.lines.last == "", "\(screen.lines)")
        #expect(screen.lines.count { $0.hasPrefix("kafka-retry demo") } == 1, "\(screen.lines)")
        #expect(terminal.modes == modes && !modes.isEmpty)
        return screen
    }
}
