import KafkaRetry
import RDKafka
import RetryCore

/// `topics create`, `topics check`, `topics list`.
enum TopicsCommand {
    private static let options =
        OptionTable.connection + OptionTable.selection + OptionTable.topics + [OptionTable.output.description] + OptionTable.general

    static let create = CommandDescription(
        path: ["topics", "create"], summary: "Create the missing retry and dead letter topics.",
        details: """
            Creates TOPIC-Retry and TOPIC-Error where they are missing, with the source topic's partitions and replicas and room for
            headers. A retry topic keeps records for twice the horizon and a week, a dead letter topic for ever. Topics that exist
            are left as they are.
            """,
        options: options, statuses: [.noBroker, .cannotCreate, .notAuthorised, .badConfiguration]
    ) { invocation in
        let session = try await Session(invocation)
        let plan = try await session.plan()
        if let missing = plan.faults.first(where: { $0.severity == .missing }) {
            throw CommandFailure(.cannotCreate, "\(missing.topic): \(missing.problem)", hint: missing.remedy)
        }
        for creation in plan.creations {
            try await session.doing("creating the topic \(creation.name)") { (administrator) throws(RDKafkaError) in
                try await administrator.create(creation)
            }
        }
        invocation.write(TopicTables.creations(plan.creations), session.format)
        return .done
    }

    static let check = CommandDescription(
        path: ["topics", "check"], summary: "List what is wrong with the topics.",
        details: """
            Lists topics that are missing, compacted, keep records for too short, have fewer partitions or take smaller records than
            their source topic, and brokers that forget a group's progress before the horizon. Ends with 1 if there is anything.
            """,
        options: options, statuses: [.answerIsNo, .noBroker, .notAuthorised, .badConfiguration]
    ) { invocation in
        let session = try await Session(invocation)
        let faults = try await session.plan().faultsWithoutCreation
        invocation.write(TopicTables.faults(faults), session.format)
        return faults.isEmpty ? .done : .answerIsNo
    }

    static let list = CommandDescription(
        path: ["topics", "list"], summary: "List source, retry and dead letter topics.",
        details: """
            Lists the topics of --topic with their retry and dead letter topics, or, without --topic, all that have one, with a topic
            prefix those that begin with it.
            """,
        options: options, statuses: [.noBroker, .notAuthorised, .badConfiguration]
    ) { invocation in
        let session = try await Session(invocation, needsTopics: false)
        let topics = try invocation.program.loader.namedTopics(session.settings).map(session.connection.topic)
        let listings = try await session.doing("listing topics") { (administrator) throws(RDKafkaError) in
            try await administrator.list(topics, naming: session.naming, prefix: session.connection.topicPrefix)
        }
        invocation.write(TopicTables.listings(listings), session.format)
        return .done
    }

    /// What the three have in common: settings, and a cluster that answers.
    private struct Session {
        let settings: Settings
        let connection: KafkaConnection
        let naming: TopicNaming
        let format: OutputFormat
        private let loader: SettingsLoader
        private let administrator: TopicAdministrator

        init(_ invocation: Invocation, needsTopics: Bool = true) async throws {
            settings = try invocation.settings()
            loader = invocation.program.loader
            connection = try loader.connection(settings)
            naming = try loader.naming(settings)
            format = try settings.value(OptionTable.output) ?? .table
            _ = try invocation.logger(settings)
            // Before anything is waited for.
            if needsTopics { _ = try loader.topics(settings) }
            administrator = try await FirstContact.make(
                connection.bootstrapServers, connection.properties, timeout: try settings.value(OptionTable.startupTimeout))
        }

        func plan() async throws -> TopicPlan {
            let topics = try loader.topics(settings).map(connection.topic)
            let horizon = try settings.value(OptionTable.horizon) ?? .seconds(7 * 86_400)
            return try await doing("describing topics") { (administrator) throws(RDKafkaError) in
                try await administrator.plan(topics, naming: naming, horizon: horizon)
            }
        }

        func doing<Answer: Sendable>(
            _ name: String, _ body: (TopicAdministrator) async throws(RDKafkaError) -> Answer
        ) async throws(CommandFailure) -> Answer {
            do throws(RDKafkaError) { return try await body(administrator) } catch {
                throw BrokerFailure.failure(error, doing: name, servers: connection.bootstrapServers)
            }
        }
    }
}
