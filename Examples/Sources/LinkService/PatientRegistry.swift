import KafkaRetry

/// Stands for the server that knows the patients. Those called `late-…` it knows the second time that it is asked, those called `never-…` at
/// no time, and those called `unknown-…` it says do not exist.
actor PatientRegistry {
    /// It may know the patient soon: an ordinary error is tried again.
    struct NotYetKnown: Error, CustomStringConvertible { var description: String { "the registry does not know the patient yet" } }

    /// It never will: such an error says itself that no retry can help.
    struct Unknown: RetryClassifiable, CustomStringConvertible {
        var description: String { "there is no such patient" }
        var retryDecision: RetryDecision { .deadLetter }
    }

    private var asked: Set<String> = []

    func patient(_ id: String) throws -> Patient {
        if id.hasPrefix("unknown-") { throw Unknown() }
        if id.hasPrefix("never-") { throw NotYetKnown() }
        if id.hasPrefix("late-"), asked.insert(id).inserted { throw NotYetKnown() }
        return Patient(id: id)
    }
}

/// What the registry knows.
struct Patient: Sendable { var id: String }

/// What this service is for.
func evaluate(_ patient: Patient, after event: PatientEvent) {}
