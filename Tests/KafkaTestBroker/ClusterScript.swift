/// The bash functions `start`, `stop_broker`, `pause`, `resume`, `restart` and `tool` for each source of brokers.
enum ClusterScript {
    /// A cluster as a test wants it. Broker n listens on `port` + 10 (n - 1), its controller on the next port; with `proxyPort` it also
    /// listens on the port after that, and tells its clients to come to `proxyPort` + 10 (n - 1).
    struct Layout: Sendable {
        var brokers: Int
        var port: Int
        var proxyPort: Int?
        var settings: [String]

        func listener(_ broker: Int) -> Int { port + 10 * (broker - 1) }
        func proxy(_ broker: Int) -> Int? { proxyPort.map { $0 + 10 * (broker - 1) } }
        /// Where the only broker of a cluster with `users` asks for a name and a password.
        var authenticated: Int { port + 3 }
        /// Where it does so by TLS.
        var encrypted: Int { port + 4 }
    }

    /// What the supervisor has to know to run `layout` from `source`.
    static func functions(_ source: BrokerSource, _ layout: Layout) -> String {
        switch source {
        case .running: ""
        case .noida(let path):
            """
            start() {
              launch broker-1 \(Supervisor.quoted(path)) start --data-dir "$dir/broker-1/data" --only kafka --kafka-port \(layout.port)
              await_port broker-1 \(layout.port)
            }
            """
        case .kafkaScript(let path): heap + "first_port=\(layout.port)\n" + kafkaScript(path, layout) + signals
        case .apacheKafka(let home): heap + "first_port=\(layout.port)\n" + apacheKafka(home, layout) + signals
        }
    }

    /// Small, and compiled quickly rather than well: a test's broker lives for a minute or two.
    private static let heap = #"""
        export KAFKA_HEAP_OPTS="${KAFKA_HEAP_OPTS:--Xms128m -Xmx512m -XX:TieredStopAtLevel=1}"

        """#

    private static let signals = #"""

        port_of() { echo $((first_port + 10 * ($1 - 1))); }
        process() { local pid; pid=$(<"$dir/broker-$1/pid"); alive "$pid" && echo "$pid"; }
        stop_broker() {
          local pid; pid=$(process "$1") || return 1
          kill -9 "$pid"
          until gone "$pid"; do sleep 0.02; done
        }
        pause() { local pid; pid=$(process "$1") && kill -STOP "$pid"; }
        resume() { local pid; pid=$(process "$1") && kill -CONT "$pid"; }
        """#

    private static func kafkaScript(_ path: String, _ layout: Layout) -> String {
        let proxy = layout.proxyPort.map { " --proxy \($0)" } ?? ""
        let settings = layout.settings.map { " --set " + Supervisor.quoted($0) }.joined()
        return """
            start() {
              \(Supervisor.quoted(path)) start --dir "$dir" --port \(layout.port) --brokers \(layout.brokers)\(proxy)\(settings)
            }
            restart() { \(Supervisor.quoted(path)) restart "$1" --dir "$dir"; }
            tool() { \(Supervisor.quoted(path)) tool "$@"; }
            """
    }

    private static func apacheKafka(_ home: String, _ layout: Layout) -> String {
        let bin = Supervisor.quoted(home + "/bin/")
        let configurations = (1...layout.brokers).map { broker in
            """
              mkdir -p "$dir/broker-\(broker)"
              cat >"$dir/broker-\(broker)/server.properties" <<PROPERTIES
            \(properties(broker, layout).joined(separator: "\n"))
            PROPERTIES
              \(bin)kafka-storage.sh format -t "$id" -c "$dir/broker-\(broker)/server.properties" || return 1

            """
        }
        let all = (1...layout.brokers).map(String.init).joined(separator: " ")
        let servers = (1...layout.brokers).map { "127.0.0.1:\(layout.listener($0))" }.joined(separator: ",")
        return """
            launch_broker() {
              LOG_DIR="$dir/broker-$1/log" launch "broker-$1" \(bin)kafka-server-start.sh "$dir/broker-$1/server.properties"
            }
            restart() { process "$1" || launch_broker "$1"; await_port "broker-$1" "$(port_of "$1")"; }
            tool() { local name=$1; shift; \(bin)kafka-"$name".sh "$@"; }
            start() {
              local id n
              export LOG_DIR="$dir/log"
              id=$(\(bin)kafka-storage.sh random-uuid) || return 1
            \(configurations.joined())
              for n in \(all); do launch_broker "$n"; done
              for n in \(all); do restart "$n" || return 1; done
              \(bin)kafka-broker-api-versions.sh --bootstrap-server \(servers) >/dev/null
            }
            """
    }

    private static func properties(_ broker: Int, _ layout: Layout) -> [String] {
        let replicas = min(layout.brokers, 3)
        let inSync = replicas > 1 ? 2 : 1
        let port = layout.listener(broker)
        let voters = (1...layout.brokers).map { "\($0)@127.0.0.1:\(layout.listener($0) + 1)" }.joined(separator: ",")
        let proxied = layout.proxy(broker)
        return [
            "process.roles=broker,controller", "node.id=\(broker)", "controller.quorum.voters=\(voters)",
            "listeners=PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(port + 1)"
                + (proxied.map { _ in ",PROXIED://127.0.0.1:\(port + 2)" } ?? ""),
            "advertised.listeners=PLAINTEXT://127.0.0.1:\(port)" + (proxied.map { ",PROXIED://127.0.0.1:\($0)" } ?? ""),
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT",
            "inter.broker.listener.name=PLAINTEXT", "controller.listener.names=CONTROLLER", "log.dirs=$dir/broker-\(broker)/data",
            "default.replication.factor=\(replicas)", "min.insync.replicas=\(inSync)",
            "offsets.topic.replication.factor=\(replicas)", "offsets.topic.num.partitions=5",
            "transaction.state.log.replication.factor=\(replicas)", "transaction.state.log.num.partitions=5",
            "transaction.state.log.min.isr=\(inSync)", "share.coordinator.state.topic.replication.factor=\(replicas)",
            "share.coordinator.state.topic.min.isr=\(inSync)", "group.initial.rebalance.delay.ms=0", "group.min.session.timeout.ms=1000",
        ] + layout.settings
    }
}
