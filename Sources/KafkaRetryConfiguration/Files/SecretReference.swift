/// Values that name where the value is: `${env:NAME}`, `${file:/path}`. Anything else stands for itself.
package struct SecretReference {
    package var environment: [String: String]
    package var read: @Sendable (_ path: String) throws(FileError) -> [UInt8]

    /// The longest file that is taken as one value, in bytes.
    package static let largestFile = 64 << 10

    package init(environment: [String: String], read: @escaping @Sendable (_ path: String) throws(FileError) -> [UInt8]) {
        self.environment = environment
        self.read = read
    }

    /// What `setting` stands for; `nil` if it has no value. An error names the place and the variable or file, never a value.
    package func resolve(_ setting: PropertySetting) throws(SettingError) -> String? {
        guard let value = setting.value else { return nil }
        guard value.hasPrefix("${"), value.hasSuffix("}") else { return value }
        let reference = value.dropFirst(2).dropLast()
        if reference.hasPrefix("env:") {
            let name = String(reference.dropFirst(4))
            guard let value = environment[name] else {
                throw setting.origin.missing("the environment variable '\(name)' is not set")
            }
            return value
        }
        if reference.hasPrefix("file:") { return try text(of: String(reference.dropFirst(5)), setting) }
        return value
    }

    private func text(of path: String, _ setting: PropertySetting) throws(SettingError) -> String {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try read(path) } catch {
            throw setting.origin.missing("the file '\(path)' \(error.problem)")
        }
        guard bytes.count <= Self.largestFile else { throw setting.origin.missing("the file '\(path)' is larger than 64 KiB") }
        guard var text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw setting.origin.missing("the file '\(path)' is not UTF-8 text")
        }
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}
