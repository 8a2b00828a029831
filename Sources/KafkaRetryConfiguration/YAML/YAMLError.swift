/// Where and why a text is not YAML that is taken here.
package struct YAMLError: Error, Equatable {
    /// Counted from 1.
    package var line: Int
    package var problem: String
}
