extension YAMLDocument {
    /// The settings at the top level of `text`, the content of the file at `path`; none if it is empty.
    package static func settings(path: String, text: [UInt8]) throws(SettingError) -> [YAMLNode.Entry] {
        let root: YAMLNode?
        do throws(YAMLError) { root = try parse(text) } catch { throw SettingOrigin.line(path, error.line).error(error.problem) }
        guard let root, root.content != .null else { return [] }
        guard case .mapping(let entries) = root.content else {
            throw SettingOrigin.line(path, root.line).error("the file is \(root.kind); expected settings, 'key: value' a line")
        }
        return entries
    }
}
