/// Where and why a text is not YAML that is taken here.
struct YAMLError: Error, Equatable {
    /// Counted from 1.
    var line: Int
    var problem: String
}
