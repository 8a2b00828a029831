import KafkaRetry

/// What is read: a resource that was fetched for a patient.
struct ResourceAcquired: Codable, Sendable {
    /// `Patient/NAME`
    var patient: String
    var resourceType: String
    var content: String
}

/// What is written.
struct ResourceNormalized: Codable, Sendable {
    var patientID: String
    var kind: String
    var content: String

    /// Says itself that trying again would come to the same.
    struct NoPatient: RetryClassifiable, CustomStringConvertible {
        var description: String { "the resource does not name a patient" }
        var retryDecision: RetryDecision { .deadLetter }
    }

    init(_ resource: ResourceAcquired) throws(NoPatient) {
        let parts = resource.patient.split(separator: "/")
        guard parts.count == 2, parts[0] == "Patient" else { throw NoPatient() }
        patientID = String(parts[1])
        kind = resource.resourceType.lowercased()
        content = resource.content
    }
}
