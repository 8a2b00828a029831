extension ClusterScript.Layout {
    /// What makes a broker ask `users`, names and passwords, for theirs on a listener of its own, and allow them what ACLs say. Whoever
    /// comes to the other listeners, brokers and the tests' own clients, may do everything.
    func settings(for users: [String: String]) -> [String] {
        let accounts = users.sorted { $0.key < $1.key }.map { #"user_\#($0.key)="\#($0.value)""# }.joined(separator: " ")
        return [
            "listeners=PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(port + 1),USERS://127.0.0.1:\(authenticated)",
            "advertised.listeners=PLAINTEXT://127.0.0.1:\(port),USERS://127.0.0.1:\(authenticated)",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,USERS:SASL_PLAINTEXT",
            "listener.name.users.sasl.enabled.mechanisms=PLAIN",
            "listener.name.users.plain.sasl.jaas.config="
                + "org.apache.kafka.common.security.plain.PlainLoginModule required \(accounts);",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS",
        ]
    }
}
