/// Numbers as ASCII, five bits a character and one that says whether more follow: the variable-length quantities of source
/// maps, without their sign. Small numbers, which gaps between offsets are, take one character.
enum Base64VLQ {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Writes `number` behind `text`.
    static func append(_ number: UInt64, to text: inout [UInt8]) {
        var rest = number
        repeat {
            let digit = Int(rest & 31)
            rest >>= 5
            text.append(alphabet[rest == 0 ? digit : digit | 32])
        } while rest != 0
    }

    /// Takes a number off the front of `text`; `nil` if none stands there or it does not fit.
    static func takeFirst(of text: inout ArraySlice<UInt8>) -> UInt64? {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while let character = text.popFirst() {
            guard let digit = value(of: character), shift < 64 else { return nil }
            let part = UInt64(digit & 31)
            guard shift < 60 || part < 16 else { return nil }
            number |= part << shift
            if digit & 32 == 0 { return number }
            shift += 5
        }
        return nil
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
