import KafkaRetry
import Testing

@Suite struct NotationTests {
    @Test(arguments: [
        ("20s", Duration.seconds(20)), ("500ms", .milliseconds(500)), ("2m", .seconds(120)), ("1h", .seconds(3_600)),
        ("7d", .seconds(604_800)), ("0s", .zero), ("1.5s", .milliseconds(1_500)), ("0.5h", .seconds(1_800)), ("PT20S", .seconds(20)),
        ("P7D", .seconds(604_800)), ("PT1M30S", .seconds(90)), ("PT0.5S", .milliseconds(500)), ("P1DT1H", .seconds(90_000)),
        ("P2W", .seconds(1_209_600)), ("pt20s", .seconds(20)), ("36500d", .seconds(36_500 * 86_400)), ("PT0.000000001S", .nanoseconds(1)),
    ])
    func durationsAreRead(text: String, duration: Duration) throws {
        #expect(try DurationNotation.parse(text) == duration)
        #expect(try DurationNotation.parse(DurationNotation.format(duration)) == duration)
    }

    @Test(arguments: [
        "", "20", "s", "20x", "20S", "-5s", "+5s", "1e3s", "20 s", " 20s", "20s ", "1m30s", "0x10s", "1.s", ".5s", "1.0123456789s", "P",
        "PT",
        "P1Y", "P1M", "PT1D", "P1H", "PT1.5M", "PT1S1M", "PT1M1M", "P-1D", "PT20S ", "P1DT", "36501d", "9223372036854775807d",
        "99999999999999999999s", "P99999999999D", "PT9223372036854775807H", "２０s", "20\u{0}s", "∞",
    ])
    func otherDurationsAreRefused(text: String) {
        #expect(throws: NotationError.self) { try DurationNotation.parse(text) }
    }

    @Test func aMissingUnitIsSuggested() {
        #expect(throws: NotationError("'20' has no unit; write 20s for seconds or 20ms for milliseconds")) {
            try DurationNotation.parse("20")
        }
    }

    @Test(arguments: [
        ("1048576", 1_048_576 as Int64), ("0", 0), ("256MiB", 268_435_456), ("1GiB", 1_073_741_824), ("64MB", 64_000_000), ("5kB", 5_000),
        ("5KB", 5_000), ("5KiB", 5_120), ("1TiB", 1_099_511_627_776), ("9223372036854775807", .max), ("12B", 12),
    ])
    func sizesAreRead(text: String, bytes: Int64) throws {
        let size = try ByteSize(parsing: text)
        #expect(size.bytes == bytes)
        #expect(try ByteSize(parsing: size.description) == size)
    }

    @Test(arguments: ["", "MiB", "-1", "1.5GiB", "256M", "256 MiB", "9223372036854775808", "8388608TiB", "1GIB", "0x10", "１MiB"])
    func otherSizesAreRefused(text: String) {
        #expect(throws: NotationError.self) { try ByteSize(parsing: text) }
    }
}
