extension KnownHeader {
    /// The known header with exactly these bytes as its name. Most foreign names are told apart by their first byte or length.
    @inline(__always)
    init?(name: UnsafeRawBufferPointer) {
        guard name.count >= 13, name.count <= 34 else { return nil }
        switch name[0] {
        case UInt8(ascii: "X"): self.init(link: name)
        case UInt8(ascii: "k"), UInt8(ascii: "r"): self.init(spring: name)
        default: return nil
        }
    }

    private init?(link name: UnsafeRawBufferPointer) {
        let found: KnownHeader? =
            switch name.count {
            case 13: Self.retryCount.ifNamed(name) ?? Self.retryGroup.ifNamed(name)
            case 14: Self.retryMarker.ifNamed(name)
            case 16: Self.originalTopic.ifNamed(name) ?? Self.correlationID.ifNamed(name) ?? Self.exceptionType.ifNamed(name)
            case 17: Self.originalOffset.ifNamed(name)
            case 19: Self.exceptionMessage.ifNamed(name) ?? Self.exceptionService.ifNamed(name)
            case 20:
                Self.originalTimestamp.ifNamed(name) ?? Self.originalPartition.ifNamed(name) ?? Self.deadLetterReason.ifNamed(name)
            case 22: Self.nextRetryTimestamp.ifNamed(name)
            case 23: Self.exceptionFacilityID.ifNamed(name)
            case 24: Self.lastFailureTimestamp.ifNamed(name)
            case 25: Self.firstFailureTimestamp.ifNamed(name) ?? Self.retryExceptionMessage.ifNamed(name)
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    private init?(spring name: UnsafeRawBufferPointer) {
        let found: KnownHeader? =
            switch name.count {
            case 20: Self.springAttempts.ifNamed(name) ?? Self.springOriginalTopic.ifNamed(name) ?? Self.springExceptionType.ifNamed(name)
            case 21: Self.springOriginalOffset.ifNamed(name)
            case 23: Self.springExceptionMessage.ifNamed(name)
            case 24:
                Self.springOriginalPartition.ifNamed(name) ?? Self.springOriginalTimestamp.ifNamed(name)
                    ?? Self.springKeyExceptionType.ifNamed(name) ?? Self.springDeadOriginalTopic.ifNamed(name)
                    ?? Self.springDeadExceptionType.ifNamed(name)
            case 25: Self.springDeadOriginalOffset.ifNamed(name)
            case 26: Self.springExceptionCauseType.ifNamed(name) ?? Self.springExceptionStackTrace.ifNamed(name)
            case 27: Self.springKeyExceptionMessage.ifNamed(name) ?? Self.springDeadExceptionMessage.ifNamed(name)
            case 28:
                Self.springDeadOriginalPartition.ifNamed(name) ?? Self.springDeadOriginalTimestamp.ifNamed(name)
                    ?? Self.springDeadKeyExceptionType.ifNamed(name)
            case 29: Self.springBackoffTimestamp.ifNamed(name) ?? Self.springOriginalTimestampType.ifNamed(name)
            case 30:
                Self.springRetryOriginalTimestamp.ifNamed(name) ?? Self.springKeyExceptionStackTrace.ifNamed(name)
                    ?? Self.springDeadExceptionCauseType.ifNamed(name) ?? Self.springDeadExceptionStackTrace.ifNamed(name)
            case 31: Self.springDeadKeyExceptionMessage.ifNamed(name)
            case 33: Self.springDeadOriginalTimestampType.ifNamed(name) ?? Self.springDeadOriginalGroup.ifNamed(name)
            case 34: Self.springDeadKeyExceptionStackTrace.ifNamed(name)
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    /// Itself if these bytes, at least eight of them, are its name; compared by words, the last of which may overlap.
    @inline(__always)
    private func ifNamed(_ bytes: UnsafeRawBufferPointer) -> KnownHeader? {
        let own = nameBytes
        guard own.count == bytes.count else { return nil }
        let last = own.count - 8
        var at = 0
        while at < last {
            guard word(own, at) == word(bytes, at) else { return nil }
            at += 8
        }
        return word(own, last) == word(bytes, last) ? self : nil
    }

    @inline(__always)
    private func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) }
}
