/// Durations as settings write them: `500ms`, `20s`, `2m`, `1h`, `7d`, or ISO 8601's `PT20S`, `PT1M30S`, `P7D`, `PT0.5S`.
///
/// Months and years are refused, since they have no fixed length, and so is everything above a hundred years: sums and products of
/// what is accepted do not overflow.
public enum DurationNotation {
    /// The longest that is accepted: 36,500 days.
    public static let longest = Duration.seconds(36_500 * secondsPerDay)

    static let secondsPerDay: Int64 = 86_400
    private static let nanosecondsPerSecond: Int64 = 1_000_000_000

    /// The duration that `text` stands for.
    public static func parse(_ text: String) throws(NotationError) -> Duration {
        var rest = Substring(text).utf8
        guard let first = rest.first else { throw NotationError("is empty; write a duration such as 20s, 500ms or PT20S") }
        if first == UInt8(ascii: "P") || first == UInt8(ascii: "p") { return try parseISO(text) }
        guard let amount = DecimalAmount(consuming: &rest) else {
            throw NotationError("'\(text)' is not a duration; write one such as 20s, 500ms, 2m, 1h, 7d or PT20S")
        }
        let nanoseconds: Int64? =
            switch String(Substring(rest)) {
            case "ms": 1_000_000
            case "s": nanosecondsPerSecond
            case "m": 60 * nanosecondsPerSecond
            case "h": 3_600 * nanosecondsPerSecond
            case "d": secondsPerDay * nanosecondsPerSecond
            case "": throw NotationError("'\(text)' has no unit; write \(text)s for seconds or \(text)ms for milliseconds")
            default: nil
            }
        guard let nanoseconds else {
            throw NotationError("'\(text)' has a unit that is not known; the units are ms, s, m, h and d")
        }
        guard let total = amount.nanoseconds(per: nanoseconds) else { throw tooLong(text) }
        return try bounded(total, text)
    }

    /// `duration` in the shortest notation that is exact to the nanosecond: `90s`, `2m`, `500ms`, `PT0.0005S`.
    public static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = attoseconds / 1_000_000_000
        guard seconds >= 0, nanoseconds >= 0 else { return "\(duration)" }
        if nanoseconds == 0 {
            for (unit, length) in [("d", secondsPerDay), ("h", 3_600), ("m", 60)] where seconds != 0 && seconds % length == 0 {
                return "\(seconds / length)\(unit)"
            }
            return "\(seconds)s"
        }
        if nanoseconds % 1_000_000 == 0, seconds < 1_000_000 { return "\(seconds * 1_000 + nanoseconds / 1_000_000)ms" }
        var digits = String(nanoseconds + nanosecondsPerSecond).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "PT\(seconds).\(digits)S"
    }

    /// ISO 8601: `P`, days or weeks, `T`, hours, minutes, seconds, each at most once and in this order; a fraction of seconds only.
    private static func parseISO(_ text: String) throws(NotationError) -> Duration {
        let malformed = NotationError("'\(text)' is not an ISO 8601 duration; write one such as PT20S, PT1M30S, PT0.5S or P7D")
        var rest = Substring(text.uppercased()).utf8.dropFirst()
        var total: Int64 = 0
        var steps: [(unit: UInt8, seconds: Int64)] = [(UInt8(ascii: "W"), 7 * secondsPerDay), (UInt8(ascii: "D"), secondsPerDay)]
        var inTime = false
        var parts = 0
        while let byte = rest.first {
            if byte == UInt8(ascii: "T"), !inTime {
                inTime = true
                steps = [(UInt8(ascii: "H"), 3_600), (UInt8(ascii: "M"), 60), (UInt8(ascii: "S"), 1)]
                rest = rest.dropFirst()
                guard !rest.isEmpty else { throw malformed }
                continue
            }
            guard let amount = DecimalAmount(consuming: &rest), let unit = rest.popFirst() else { throw malformed }
            if !inTime, unit == UInt8(ascii: "Y") || unit == UInt8(ascii: "M") {
                throw NotationError("'\(text)' counts in years or months, which have no fixed length; write days, such as P30D")
            }
            guard let step = steps.firstIndex(where: { $0.unit == unit }) else { throw malformed }
            guard amount.isWhole || unit == UInt8(ascii: "S") else { throw malformed }
            guard let part = amount.nanoseconds(per: steps[step].seconds * nanosecondsPerSecond) else { throw tooLong(text) }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { throw tooLong(text) }
            total = sum
            parts += 1
            steps.removeFirst(step + 1)
        }
        guard parts > 0 else { throw malformed }
        return try bounded(total, text)
    }

    private static func bounded(_ nanoseconds: Int64, _ text: String) throws(NotationError) -> Duration {
        let duration = Duration.nanoseconds(nanoseconds)
        guard duration <= longest else { throw tooLong(text) }
        return duration
    }

    private static func tooLong(_ text: String) -> NotationError {
        NotationError("'\(text)' is too long; a duration may be 36500d at most")
    }
}
