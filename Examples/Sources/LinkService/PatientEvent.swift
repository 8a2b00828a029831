/// The message: something happened to a patient.
struct PatientEvent: Codable, Sendable {
    var patientID: String
    var eventType: String

    enum CodingKeys: String, CodingKey {
        case patientID = "patientId"
        case eventType
    }
}
