/// A number of up to nine decimal places, kept exactly as billionths.
struct DecimalAmount {
    private let whole: Int64
    private let billionths: Int64
    /// Whether it was written without a fraction.
    let isWhole: Bool

    /// Takes digits, and a fraction if there is one, from the front of `text`; `nil` if no number stands there or it does not fit.
    init?(consuming text: inout Substring.UTF8View) {
        guard let whole = Self.digits(&text) else { return nil }
        self.whole = whole.value
        guard text.first == UInt8(ascii: ".") else {
            billionths = 0
            isWhole = true
            return
        }
        text = text.dropFirst()
        guard let fraction = Self.digits(&text), fraction.count <= 9 else { return nil }
        billionths = (fraction.count..<9).reduce(fraction.value) { value, _ in value * 10 }
        isWhole = false
    }

    /// The amount times `nanoseconds`, in nanoseconds, rounded down; `nil` if it does not fit.
    func nanoseconds(per nanoseconds: Int64) -> Int64? {
        let (product, overflow) = whole.multipliedReportingOverflow(by: nanoseconds)
        // billionths < 10^9 and a unit has at most 6.1 * 10^14 nanoseconds: the product needs the full width.
        let part = billionths.multipliedFullWidth(by: nanoseconds)
        let (quotient, _) = Int64(1_000_000_000).dividingFullWidth(part)
        let (sum, overflowed) = product.addingReportingOverflow(quotient)
        return overflow || overflowed ? nil : sum
    }

    private static func digits(_ text: inout Substring.UTF8View) -> (value: Int64, count: Int)? {
        var value: Int64 = 0
        var count = 0
        while let byte = text.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !overflow, !overflowed else { return nil }
            value = sum
            count += 1
            text = text.dropFirst()
        }
        return count > 0 ? (value, count) : nil
    }
}
