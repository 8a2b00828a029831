/// What must come out of the examples, and what does.
struct Verification {
    private let cluster: Cluster

    init(_ cluster: Cluster) { self.cluster = cluster }

    /// What is wrong.
    func faults() async throws -> [String] {
        let letters = cluster.events + "-Error"
        let lost = cluster.resources + "-Error"
        let retries = cluster.events + "-Retry"
        let found = try await cluster.read([letters, lost, retries, cluster.target, cluster.machines], within: .seconds(40)) { records in
            // Six come late, and one is tried twice again.
            records.count { $0.topic == letters } >= 4 && records.count { $0.topic == retries && !$0.value.isEmpty } >= 8
                && records.count { $0.topic == lost } >= 1 && records.count { $0.topic == cluster.target } >= Records.resourceCount - 1
        }
        return eventFaults(found.filter { $0.topic == letters }, retried: found.filter { $0.topic == retries && !$0.value.isEmpty })
            + resourceFaults(found.filter { $0.topic == cluster.target }, lost: found.filter { $0.topic == lost })
            + machineFaults(found.filter { $0.topic == cluster.machines })
    }

    /// Each machine was told of twice: OFFLINE while the cluster could not be reached, ONLINE when it could.
    private func machineFaults(_ written: [Record]) -> [String] {
        print("from Machines: \(written.count) messages")
        var faults: [String] = []
        let told = Dictionary(grouping: written, by: \.key)
        if told.count != 300 { faults.append("\(told.count) machines were told of, not 300") }
        for (machine, records) in told {
            let states = records.map { record in
                ["OFFLINE", "ONLINE"].first { record.value.contains("\"status\":\"\($0)\"") } ?? "unknown"
            }
            if states != ["OFFLINE", "ONLINE"] { faults.append("\(machine) was told to be \(states)") }
            if records.contains(where: { $0.headers["message-type"] != "MachinePinotMessage" }) {
                faults.append("\(machine) has no message-type")
            }
        }
        return faults
    }

    private func eventFaults(_ letters: [Record], retried: [Record]) -> [String] {
        print("from LinkService: \(retried.count) retries, \(letters.count) dead letters")
        var faults: [String] = []
        func expect(_ holds: Bool, _ what: String) { if !holds { faults.append(what) } }
        for letter in letters { print("  \(letter.headers["X-Dead-Letter-Reason"] ?? "no reason"): \(letter.value)") }
        let reasons = Dictionary(grouping: letters) { $0.headers["X-Dead-Letter-Reason"] ?? "none" }.mapValues(\.count)
        expect(reasons == ["attempts-exhausted": 1, "permanent-failure": 3], "dead letters are there for \(reasons)")
        expect(retried.count == 8, "\(retried.count) records came to the retry topic, not 8")
        let sent = Dictionary(Records.events(to: cluster.events).map { ($0.value, $0) }) { first, _ in first }
        for record in letters + retried {
            guard let event = sent[record.value] else {
                faults.append("nobody sent \(record.value)")
                continue
            }
            expect(record.headers["X-Correlation-Id"] == event.headers["X-Correlation-Id"], "\(record.value) lost its correlation ID")
            expect(record.headers["X-Exception-Service"] == "LinkService", "\(record.value) does not name the service")
            expect(record.headers["X-Exception-Facility-Id"] == event.key, "\(record.value) does not name its facility")
        }
        return faults
    }

    private func resourceFaults(_ written: [Record], lost: [Record]) -> [String] {
        print("from Transform: \(written.count) records derived, \(lost.count) dead letters")
        var faults: [String] = []
        let correlations = Dictionary(grouping: written) { $0.headers["X-Correlation-Id"] ?? "none" }
        for number in 0..<Records.resourceCount where number != 7 {
            let derived = correlations["resource-\(number)"] ?? []
            if derived.count != 1 { faults.append("resource \(number) was derived \(derived.count) times") }
            if derived.contains(where: { $0.key != "\(number)" }) { faults.append("resource \(number) has another key") }
        }
        if written.count != Records.resourceCount - 1 { faults.append("\(written.count) records were derived") }
        if lost.map(\.key) != ["7"] { faults.append("dead letters are \(lost.map(\.value))") }
        return faults
    }
}
