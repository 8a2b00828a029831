@testable import RetryCore

/// A machine whose records of `T` are handled in the process, and what its tests hand to it.
enum HandlingScript {
    static let source = TopicPartition("T", 0)
    static let failure = RetryFailure(type: "TestError", message: "no")

    /// Opens after two failures, and closes after one probe.
    static var hastyBreaker: BreakerSettings {
        var breaker = BreakerSettings()
        (breaker.minimum, breaker.probes) = (2, 1)
        return breaker
    }

    static func script(
        _ change: (inout HandlerSettings) -> Void = { _ in }, settings changeAll: (inout HopMachine.Settings) -> Void = { _ in }
    )
        throws -> MachineScript
    {
        try MachineScript { settings in
            guard let planner = settings.planners.removeValue(forKey: "T-Retry") else { return }
            var handler = HandlerSettings(planner)
            handler.breaker = nil
            change(&handler)
            settings.handlers = [handler]
            changeAll(&settings)
        }
    }

    static func record(_ offset: Int64, key: String? = nil, headers: KafkaHeaders = .init()) -> KafkaRecord {
        KafkaRecord(
            source: source, offset: offset, timestamp: Timestamp(milliseconds: 0), key: key.map { Array($0.utf8) },
            value: Array("record \(offset)".utf8), headers: headers)
    }

    static func out(_ text: String, to topic: String = "Out") -> OutgoingRecord {
        OutgoingRecord(target: TopicPartition(topic, 0), key: nil, value: Array(text.utf8))
    }
}

extension MachineScript {
    /// The calls among all that the machine wants now.
    func started() -> [String] { wants().filter { $0.hasPrefix("handle") } }

    /// The calls among all that the machine wants now; they begin at once.
    func begun() -> [String] {
        let started = started()
        for (id, _) in machine.handlers.calls.elements { machine.began(id, at: now) }
        return started
    }
}
