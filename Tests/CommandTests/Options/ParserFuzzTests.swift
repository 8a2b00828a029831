import KafkaRetry
import KafkaRetryConfiguration
import Testing

@testable import kafka_retry

/// Random input may be refused, but never traps. A failing seed is named, and replays with KAFKA_RETRY_FUZZ_SEED.
@Suite struct ParserFuzzTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let pieces = [
        "group", "topics", "delays", "properties", "retries", "clusters", "tenants", "cluster", ":", ": ", "\n", "\n  ", "- ", "[", "]",
        "{", "}", ",", "&a ", "*a", "\"",
        "'", "|",
        ">", "#", "---", "...", "!!str ", "? ", "~", "20s", "PT20S", "P", "T", ".", "9999999999999999999", "-1", "${env:A}", "${file:/x}",
        "\u{0}",
        "\u{FEFF}", "é", "<<", "%YAML 1.1", "true", "no-create-topics", "=", "--", "-X", "--topic", "--delays", "--no-", "-", "MiB", "d",
        "\t",
    ]

    private static func text(_ random: inout Generator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...24, using: &random) {
            if Int.random(in: 0..<8, using: &random) == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &random))
            } else {
                bytes += Array((pieces.randomElement(using: &random) ?? "").utf8)
            }
        }
        return bytes
    }

    @Test func randomInputIsReadOrRefused() {
        let seed = seed()
        print("parser fuzz: seed \(seed)")
        var random = Generator(state: seed)
        var refused = 0
        for _ in 0..<4_000 {
            let bytes = Self.text(&random)
            let text = String(decoding: bytes, as: UTF8.self)
            do { _ = try SettingsFile(path: "f", text: bytes) } catch {
                refused += 1
                #expect(error.status == .badConfiguration && !error.message.isEmpty, "seed \(seed)")
            }
            if let duration = try? DurationNotation.parse(text) {
                #expect(duration >= .zero && duration <= DurationNotation.longest, "seed \(seed): \(text)")
            }
            if let size = try? ByteSize(parsing: text) { #expect(size.bytes >= 0, "seed \(seed): \(text)") }
            let words = (0..<Int.random(in: 0...5, using: &random)).map { _ in String(decoding: Self.text(&random), as: UTF8.self) }
            do {
                let arguments = try ArgumentParser.parse(words, command: "run", options: RunCommand.description.options)
                let loader = SettingsLoader(
                    environment: ["KAFKA_RETRY_DELAYS": text], read: { (_, _) throws(FileError) in bytes }, hostName: { "h" })
                _ = try loader.relay(try loader.settings(arguments))
            } catch {
                #expect(error.status != .defect, "seed \(seed): \(error)")
            }
        }
        #expect(refused > 200)
    }

    private func seed() -> UInt64 {
        SeedVariable.value ?? UInt64.random(in: 0 ... .max)
    }
}
