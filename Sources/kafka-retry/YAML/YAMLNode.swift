/// A value in a YAML file, with the line where it stands.
struct YAMLNode: Equatable {
    /// An entry of a mapping.
    struct Entry: Equatable {
        var key: String
        var line: Int
        var value: YAMLNode
    }

    enum Content: Equatable {
        /// A text, a number or a truth value: what it means is for the setting to say.
        case scalar(String)
        /// Nothing, `~` or `null`, unquoted.
        case null
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    var content: Content
    /// Counted from 1.
    var line: Int
    /// How many nodes it consists of, aliases written out.
    var size = 1

    /// What it is, for an error that expected something else.
    var kind: String {
        switch content {
        case .scalar: "a single value"
        case .null: "empty"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
