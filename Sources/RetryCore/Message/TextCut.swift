/// The longest texts that we write into headers, in bytes; together they keep the promise that a record grows by at most 8 KiB.
enum TextLimit {
    /// An error message.
    static let message = 1_024
    /// A type, a service's name, a facility's ID, a correlation.
    static let name = 256
    /// A topic's name: Kafka's own limit.
    static let topic = 249
    /// A consumer group's name. Kafka sets no limit of its own; ours is checked where a group is set.
    static let group = 255
    /// How much of a malformed value is shown, in characters.
    static let shown = 100
}

/// Where to cut a text that is too long.
enum TextCut {
    /// How many of the first `limit` bytes to keep so that no UTF-8 character is split. Where the bytes are not UTF-8 there is
    /// nothing to split, and they are cut at the limit.
    static func length(of text: UnsafeRawBufferPointer, limit: Int) -> Int {
        guard text.count > limit else { return text.count }
        guard limit > 0 else { return 0 }
        // The character that straddles the limit, if any, starts at most three bytes before it.
        for back in 1...min(3, limit) {
            let byte = text[limit - back]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            return width(lead: byte) > back && isContinued(text, from: limit) ? limit - back : limit
        }
        return limit
    }

    /// `text` with no more than `limit` bytes of UTF-8, cut between characters.
    static func cut(_ text: String, limit: Int) -> [UInt8] {
        var text = text
        return text.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            return Array(bytes.prefix(length(of: bytes, limit: limit)))
        }
    }

    private static func isContinued(_ text: UnsafeRawBufferPointer, from at: Int) -> Bool { text[at] & 0b1100_0000 == 0b1000_0000 }

    private static func width(lead: UInt8) -> Int {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }
}
