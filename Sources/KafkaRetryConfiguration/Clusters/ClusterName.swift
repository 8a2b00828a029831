package import KafkaRetry

/// What a cluster or a tenant is called.
///
/// A variable's name cannot hold all that a key can, so that names which differ only in their case, or in `-`, `_` and `.`, are one.
package struct ClusterName: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    package let text: String
    /// As variables write it: `clinic-a` is `CLINIC_A`.
    package let variable: String

    /// The name that `text` is: letters and digits of ASCII, with single `-`, `_` or `.` between them. Two in a row would be the end of
    /// the name in a variable.
    package init(_ text: String) throws(NotationError) {
        var variable = ""
        var isSeparated = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                variable += Character(Unicode.Scalar(byte)).uppercased()
                isSeparated = false
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                guard !isSeparated else { throw Self.illegal(text) }
                variable += "_"
                isSeparated = true
            default: throw Self.illegal(text)
            }
        }
        guard !isSeparated else { throw Self.illegal(text) }
        self.text = text
        self.variable = variable
    }

    /// The name that variables write as `variable`, in the way in which most names are written.
    package init(variable: some StringProtocol) throws(NotationError) {
        try self.init(String(variable.lowercased().map { $0 == "_" ? "-" : $0 }))
    }

    package static func == (left: Self, right: Self) -> Bool { left.variable == right.variable }

    package func hash(into hasher: inout Hasher) { hasher.combine(variable) }

    package var description: String { text }

    private static func illegal(_ text: String) -> NotationError {
        NotationError("'\(text)' is no name; write letters and digits, with single '-', '_' or '.' between them")
    }
}
