import KafkaRetry

@testable import KafkaRetryConfiguration

/// Files and variables that are made up.
struct Written {
    var files: [String: String] = [:]
    var environment: [String: String] = [:]

    /// What a service reads of them; the file is `kafka.yaml`, if there is one.
    func clusters() throws -> KafkaClusters {
        let files = files
        return try KafkaClusters(file: files["kafka.yaml"] == nil ? nil : "kafka.yaml", environment: environment) {
            (path, _) throws(FileError) in
            guard let text = files[path] else { throw FileError(problem: "cannot be opened: No such file or directory") }
            return Array(text.utf8)
        }
    }

    func connection(tenant: String? = nil, cluster: String? = nil) throws -> KafkaConnection {
        try clusters().connection(tenant: tenant, cluster: cluster)
    }

    /// The file `text`, and these variables.
    static func file(_ text: String, _ environment: [String: String] = [:]) -> Written {
        Written(files: ["kafka.yaml": text], environment: environment)
    }
}
