import KafkaTestBroker
import Testing

/// A relay that is started again at once with other topics: its group still has its old assignment.
@Suite struct SubscriptionChangeTests {
    @Test(.broker(requires: .transactions, .describeGroups, .staticMembers), .timeLimit(.minutes(3)), arguments: [true, false])
    func restartedAtOnceWithOtherTopicsItRelaysThese(keepingTheOld: Bool) async throws {
        let servers = try await KafkaTestBroker.shared().bootstrapServers
        let (old, new) = (
            try await TestTopics.create("subscribed", servers: servers), try await TestTopics.create("added", servers: servers)
        )
        let group = KafkaTestBroker.uniqueName("subscription")
        try await Daemon.run(Daemon.relay(old, group: group)) { daemon in
            try await daemon.ready()
            _ = try await daemon.account()
        }
        let names = keepingTheOld ? [old.source, new.source] : [new.source]
        var arguments = Daemon.relay(new, group: group)
        arguments[4] = names.joined(separator: ",")
        try await Daemon.run(arguments) { daemon in
            try await daemon.ready()
            let writer = try TestWriter(servers)
            try await writer.write([TestRecord(to: new.retry, number: 1, headers: [.due(TestRecord.now)])])
            if keepingTheOld { try await writer.write([TestRecord(to: old.retry, number: 2, headers: [.due(TestRecord.now)])]) }
            let ledger = try Ledger(names, partitions: 1, servers: servers)
            let found = await ledger.read(names.count, within: .seconds(30))
            #expect(found.count == names.count, "\(found) \(daemon.errorLines)")
            #expect(daemon.errorLines.contains { $0.contains("leaving it and joining again") }, "\(daemon.errorLines)")
            let account = try await daemon.account()
            #expect(account["republished"] == names.count, "\(account)")
        }
    }
}
