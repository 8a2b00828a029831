/// A value in a YAML file, with the line where it stands.
package struct YAMLNode: Equatable {
    /// An entry of a mapping.
    package struct Entry: Equatable {
        package var key: String
        package var line: Int
        package var value: YAMLNode
    }

    package enum Content: Equatable {
        /// A text, a number or a truth value: what it means is for the setting to say.
        case scalar(String)
        /// Nothing, `~` or `null`, unquoted.
        case null
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    package var content: Content
    /// Counted from 1.
    package var line: Int
    /// How many nodes it consists of, aliases written out.
    var size = 1

    /// What it is, for an error that expected something else.
    package var kind: String {
        switch content {
        case .scalar: "a single value"
        case .null: "empty"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
