/// A machine as it is now, for the platform's search: sent when a machine, its tags or their assignment change.
///
/// Names of its JSON are those of its properties; what is `nil` is left out. Read, a list that is missing or null is empty.
public struct MachinePinotMessage: Codable, Hashable, Sendable {
    /// Whose machine it is.
    public var tenantId: String?
    /// The machine, and the key under which it is sent: messages of one machine stay in order.
    public var machineId: String
    /// The tenant's organization that it belongs to.
    public var organizationId: String?
    /// `SERVER`, `LAPTOP` and the like.
    public var deviceType: String?
    /// `ONLINE`, `OFFLINE` and the like.
    public var status: String?
    /// `WINDOWS`, `LINUX` and the like.
    public var osType: String?
    /// The names of its tags.
    public var tags: [String]
    /// Tags that have values, as texts.
    public var tagKeyValues: [String]
    /// When it was seen so: milliseconds since 1970.
    public var ingestionTime: Int64?

    /// A machine of which no more is known than is given.
    public init(
        tenantId: String? = nil, machineId: String, organizationId: String? = nil, deviceType: String? = nil, status: String? = nil,
        osType: String? = nil, tags: [String] = [], tagKeyValues: [String] = [], ingestionTime: Int64? = nil
    ) {
        self.tenantId = tenantId
        self.machineId = machineId
        self.organizationId = organizationId
        self.deviceType = deviceType
        self.status = status
        self.osType = osType
        self.tags = tags
        self.tagKeyValues = tagKeyValues
        self.ingestionTime = ingestionTime
    }

    /// Reads one.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        tenantId = try values.decodeIfPresent(String.self, forKey: .tenantId)
        machineId = try values.decode(String.self, forKey: .machineId)
        organizationId = try values.decodeIfPresent(String.self, forKey: .organizationId)
        deviceType = try values.decodeIfPresent(String.self, forKey: .deviceType)
        status = try values.decodeIfPresent(String.self, forKey: .status)
        osType = try values.decodeIfPresent(String.self, forKey: .osType)
        tags = try values.decodeIfPresent([String].self, forKey: .tags) ?? []
        tagKeyValues = try values.decodeIfPresent([String].self, forKey: .tagKeyValues) ?? []
        ingestionTime = try values.decodeIfPresent(Int64.self, forKey: .ingestionTime)
    }
}
