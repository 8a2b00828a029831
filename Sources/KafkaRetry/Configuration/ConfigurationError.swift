/// A setting that cannot be meant as it is: which one, what is wrong with it, and what to do.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The setting, named as the command's option without its dashes: `max-delay`. Of one that was read from a file or a variable, where
    /// that stands: `kafka.yaml, line 3: tenants.clinic-a.cluster`.
    public var setting: String
    /// The topic whose own policy holds it; `nil` for a setting of all topics.
    public var topic: String?
    /// What is wrong and what to do.
    public var problem: String

    /// An error about `setting`.
    public init(_ setting: String, topic: String? = nil, _ problem: String) {
        self.setting = setting
        self.topic = topic
        self.problem = problem
    }

    /// Setting and problem.
    public var description: String { (topic.map { "\($0): " } ?? "") + "\(setting): \(problem)" }
}
