import Foundation

/// What the tests' own service is told, as JSON in its only argument.
package struct ServicePlan: Codable, Sendable {
    /// One topic of its listener.
    package struct Topic: Codable, Sendable {
        package var name: String
        /// A `HandlerOrder`'s raw value.
        package var order = "key"
        package var concurrency = 64
        package var retryConcurrency = 64
        /// The delay before each retry, in milliseconds.
        package var delays: [Int64] = [200, 1_000]
        /// Whether each delay is drawn from nothing to the whole.
        package var isJittered = false
        /// The breaker's window and minimum, and its pause in milliseconds; without it there is none.
        package var breaker: Breaker?

        package init(_ name: String) { self.name = name }
    }

    package struct Breaker: Codable, Sendable {
        package var window: Int
        package var pause: Int64

        package init(window: Int, pause: Int64) { (self.window, self.pause) = (window, pause) }
    }

    package var servers: String
    package var group: String
    package var instance: String
    package var topics: [Topic]
    /// Where each errand that is done is written to, in the same transaction.
    package var output: String
    /// The file to which each call of a handler is noted.
    package var notes: String
    /// Errands take no time.
    package var isQuick = false
    /// Every errand fails.
    package var isDown = false

    package init(servers: String, group: String, instance: String, topics: [Topic], output: String, notes: String) {
        self.servers = servers
        self.group = group
        self.instance = instance
        self.topics = topics
        self.output = output
        self.notes = notes
    }

    /// What an argument says.
    package init(argument: String) throws { self = try JSONDecoder().decode(ServicePlan.self, from: Data(argument.utf8)) }

    /// The argument.
    package var argument: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}
