/// The hash by which the Java client spreads keys over partitions (`org.apache.kafka.common.utils.Utils.murmur2`).
enum Murmur2 {
    static func hash(_ key: UnsafeRawBufferPointer) -> Int32 {
        let multiplier: UInt32 = 0x5BD1_E995
        var hash: UInt32 = 0x9747_B28C ^ UInt32(truncatingIfNeeded: key.count)
        var at = 0
        while at + 4 <= key.count {
            var word = UInt32(littleEndian: key.loadUnaligned(fromByteOffset: at, as: UInt32.self))
            word = word &* multiplier
            word ^= word >> 24
            hash = hash &* multiplier ^ word &* multiplier
            at += 4
        }
        if at < key.count {
            var rest: UInt32 = 0
            for index in (at..<key.count).reversed() { rest = rest << 8 | UInt32(key[index]) }
            hash = (hash ^ rest) &* multiplier
        }
        hash ^= hash >> 13
        hash = hash &* multiplier
        hash ^= hash >> 15
        return Int32(bitPattern: hash)
    }
}
