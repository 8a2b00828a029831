/// How the handling of a record failed.
public struct RetryFailure: Hashable, Sendable {
    /// The error's type.
    public var type: String
    /// The error's message, usually UTF-8; its first 1,024 bytes are written.
    public var message: [UInt8]
    /// The facility for which the record was handled; `nil` leaves what the record says.
    public var facilityID: String?

    /// A failure with a message in bytes that need not be clean UTF-8.
    public init(type: String, message: [UInt8], facilityID: String? = nil) {
        self.type = type
        self.message = message
        self.facilityID = facilityID
    }

    /// A failure with a message.
    public init(type: String, message: String, facilityID: String? = nil) {
        self.init(type: type, message: Array(message.utf8), facilityID: facilityID)
    }
}
