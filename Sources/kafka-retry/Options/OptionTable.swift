import KafkaRetry
import RetryCore

/// Every option, once. Parser, help, environment, YAML file and the reference (`kafka-retry help options`) are made from it.
enum OptionTable {
    static let bootstrapServer = Option.list(
        "bootstrap-server", .server, placeholder: "HOST:PORT[,...]", repeats: true, "Where the Kafka cluster is.")
    static let cluster = Option.single(
        "cluster", .clusterName, standard: "(the default one)", "Use this cluster of 'clusters:' in the file of --config.")
    static let tenant = Option.single(
        "tenant", .clusterName, standard: "(none)",
        "Use what this tenant has of its own in 'tenants:' of the file of --config: cluster, credentials, topic prefix.")
    static let topicPrefix = Option.single(
        "topic-prefix", .topicPrefix, standard: "(none)", "What stands in front of each topic's name in the cluster.")
    static let topic = Option.list(
        "topic", .topic, placeholder: "TOPIC[,...]", repeats: true,
        "A source topic, whose TOPIC-Retry and TOPIC-Error belong to it. May be given several times.")
    static let group = Option.single("group", .text("NAME"), standard: "kafka-retry", "The consumer group.")
    static let instance = Option.single(
        "instance", .text("NAME"), standard: "(the host name)",
        "This process's own name in the group, the same after a restart. Each process of a group needs its own.")
    static let service = Option.single(
        "service", .text("NAME"), standard: "(all)", "Take only what this service failed, or what names no service.")

    static let delays = Option.list(
        "delays", .duration, placeholder: "DURATION[,...]", scope: .record,
        "One delay per retry; as many retries as delays. In place of the five below.")
    static let retries = Option.single("retries", .count, standard: "5", scope: .record, "How many retries a record gets.")
    static let initialDelay = Option.single(
        "initial-delay", .duration, standard: "500ms", scope: .record, "The delay before the first retry.")
    static let factor = Option.single("factor", .factor, standard: "2", scope: .record, "What each further delay is multiplied by.")
    static let maxDelay = Option.single("max-delay", .duration, standard: "5s", scope: .record, "The longest that a delay grows to.")
    static let jitter = Option<Jitter>.single(
        "jitter", .choice, standard: "none", scope: .record,
        "How a delay is spread: not, between nothing and the delay, or between its half and the whole.")
    static let maxAge = Option.single(
        "max-age", .span, standard: "(none)", scope: .record,
        "Records whose first failure is longer ago than this go to the dead letter topic.")
    static let horizon = Option.single(
        "horizon", .span, standard: "7d", "Records due further ahead than this go to the dead letter topic.")

    static let delivery = Option<DeliveryGuarantee>.single(
        "delivery", .choice, standard: DeliveryGuarantee.exactlyOnce.rawValue,
        "Transactions, or for brokers without them: nothing lost, but repeats are possible.")
    static let dialect = Option<HeaderDialect>.single(
        "dialect", .choice, standard: "link", "Whose headers are written: this project's or Spring Kafka's. Both are read.")
    static let memory = Option.single(
        "memory", .size, standard: "256MiB", "Memory for the payloads of waiting records, librdkafka's prefetch included.")

    static let retrySuffix = Option.single("retry-suffix", .text("TEXT"), standard: "-Retry", "What retry topics' names end in.")
    static let deadLetterSuffix = Option.single(
        "dead-letter-suffix", .text("TEXT"), standard: "-Error", "What dead letter topics' names end in.")
    static let groupScopedTopics = Option.toggle(
        "group-scoped-topics", standard: false,
        "Put the group into the names, TOPIC-GROUP-Retry, for several groups on one source topic.")
    static let createTopics = Option.toggle(
        "create-topics", standard: true, "End with 73 if a topic is missing, in place of creating it.")

    static let produceTopic = Option.single(
        "topic", .topic, reach: .commandLine, "The topic to send to. With --ndjson a line may name another one.")
    static let produceService = Option.single(
        "service", .text("NAME"), reach: .commandLine, "This service's name, for the headers of dead letters.")
    static let keySeparator = Option.single(
        "key-separator", .text("TEXT"), standard: "(no keys)", reach: .commandLine, "What stands between key and value in a line.")
    static let ndjson = Option.toggle(
        "ndjson", standard: false, reach: .commandLine,
        #"""
        Each line is a JSON object: {"key","value","headers","topic"}. A text is its bytes; a value that is an object, a list or a number \#
        is written as JSON anew, its names sorted, without the spaces that it had. null is Kafka's null.
        """#)
    static let spool = Option.single(
        "spool", .text("FILE"), standard: "(none)", reach: .commandLine,
        "Where messages wait on disk that cannot be sent. What is in it is sent first.")
    static let durable = Option.toggle(
        "durable", standard: false, reach: .commandLine, "Accept a line only once it is on disk in the spool.")
    static let deadline = Option.single(
        "deadline", .span, standard: "2m", reach: .commandLine, "The longest a message may take before it goes to recovery.")
    static let progress = Option.toggle(
        "progress", standard: false, reach: .commandLine, "Show how far it is: a line that changes on a terminal, events elsewhere.")

    static let commandConfig = Option.single(
        "command-config", .text("FILE"), "A file of librdkafka properties, NAME=VALUE a line, for security and tuning.")
    static let property = Option<Never>.properties(
        "X", "A librdkafka property. A value that is ${env:NAME} or ${file:/path} is taken from there.")
    static let startupTimeout = Option.single(
        "startup-timeout", .span, standard: "30s", "How long to look for a broker before ending with 69.")
    static let config = Option.single(
        "config", .text("FILE.yaml"), reach: .environment, "A file with any of these options, and policies for single topics.")
    static let logFormat = Option<LogFormat>.single(
        "log-format", .choice, standard: "(text on a terminal, json elsewhere)", "How the log on stderr is written.")
    static let logLevel = Option<LogLevel>.single("log-level", .choice, standard: "info", scope: .record, "The least that is logged.")

    static let output = Option<OutputFormat>.single(
        "o", .choice, standard: "table", scope: .record, reach: .commandLine, "How the list is written.")
    static let help = Option.toggle("help", standard: false, scope: .record, reach: .commandLine, "Show this help.")
    static let version = Option.toggle("version", standard: false, scope: .record, reach: .commandLine, "Show the version.")

    /// The options that a list of delays replaces.
    static let exponential = [
        retries.description, initialDelay.description, factor.description, maxDelay.description, jitter.description,
    ]
    /// What a topic may have of its own in the file.
    static let policy = [delays.description] + exponential + [maxAge.description]
    /// Where the cluster is and how it is spoken to.
    static let connection = [
        bootstrapServer.description, commandConfig.description, property.description, startupTimeout.description,
    ]
    /// Which of several clusters is meant, for whom, and how its topics are called.
    static let selection = [cluster.description, tenant.description, topicPrefix.description]
    /// Which topics belong together.
    static let topics = [
        topic.description, group.description, horizon.description, retrySuffix.description, deadLetterSuffix.description,
        groupScopedTopics.description,
    ]
    static let logging = [logFormat.description, logLevel.description]
    /// What each command knows.
    static let general = [config.description] + logging + [help.description]
    /// What `run` is told, the general ones apart.
    static let relay =
        [bootstrapServer.description] + selection
        + [topic.description, group.description, instance.description, service.description]
        + policy + [horizon.description, delivery.description, dialect.description, memory.description]
        + [retrySuffix.description, deadLetterSuffix.description, groupScopedTopics.description, createTopics.description]
        + [commandConfig.description, property.description, startupTimeout.description]

    /// What `produce` is told, the general ones apart.
    static let produce =
        [bootstrapServer.description] + selection
        + [produceTopic.description, keySeparator.description, ndjson.description, spool.description, durable.description]
        + exponential + [deadline.description, progress.description, produceService.description, deadLetterSuffix.description]
        + [commandConfig.description, property.description, startupTimeout.description]
    private static let produceOnly = [
        keySeparator.description, ndjson.description, spool.description, durable.description, deadline.description, progress.description,
    ]

    /// All of them, in the order of the help.
    static let all = relay + produceOnly + [config.description] + logging + [output.description, help.description, version.description]

    /// The option called `name`.
    static func option(named name: String) -> OptionDescription? { all.first { $0.name == name } }
}
