extension ClusterScript.Layout {
    /// What makes a broker ask `users`, names and passwords, for theirs on a listener of its own, and allow them what ACLs say. Whoever
    /// comes to the other listeners, brokers and the tests' own clients, may do everything. With `keys` they may also come by TLS.
    func settings(for users: [String: String], keys: TestKeys?) -> [String] {
        let accounts = users.sorted { $0.key < $1.key }.map { #"user_\#($0.key)="\#($0.value)""# }.joined(separator: " ")
        let login = "plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \(accounts);"
        let tls = keys == nil ? "" : ",TLS://127.0.0.1:\(encrypted)"
        var settings = [
            "listeners=PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(port + 1),USERS://127.0.0.1:\(authenticated)\(tls)",
            "advertised.listeners=PLAINTEXT://127.0.0.1:\(port),USERS://127.0.0.1:\(authenticated)\(tls)",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,USERS:SASL_PLAINTEXT,TLS:SASL_SSL",
            "listener.name.users.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256", "listener.name.users.\(login)",
            "listener.name.users.scram-sha-256.sasl.jaas.config="
                + "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS",
        ]
        if let keys {
            settings += ["listener.name.tls.sasl.enabled.mechanisms=PLAIN", "listener.name.tls.\(login)"]
            settings += keys.settings.map { "listener.name.tls.\($0)" }
        }
        return settings
    }
}
