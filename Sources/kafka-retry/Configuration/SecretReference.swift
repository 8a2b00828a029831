/// Values that name where the value is: `${env:NAME}`, `${file:/path}`. Anything else stands for itself.
struct SecretReference {
    var environment: [String: String]
    var read: @Sendable (_ path: String) throws(FileError) -> [UInt8]

    /// The longest file that is taken as one value, in bytes.
    static let largestFile = 64 << 10

    /// What `setting` stands for. A failure names the place and the variable or file, never a value.
    func resolve(_ setting: PropertySetting) throws(CommandFailure) -> String {
        guard setting.value.hasPrefix("${"), setting.value.hasSuffix("}") else { return setting.value }
        let reference = setting.value.dropFirst(2).dropLast()
        if reference.hasPrefix("env:") {
            let name = String(reference.dropFirst(4))
            guard let value = environment[name] else {
                throw failure(setting, "the environment variable '\(name)' is not set")
            }
            return value
        }
        if reference.hasPrefix("file:") {
            let path = String(reference.dropFirst(5))
            let bytes: [UInt8]
            do throws(FileError) { bytes = try read(path) } catch { throw failure(setting, "the file '\(path)' \(error.problem)") }
            guard bytes.count <= Self.largestFile else { throw failure(setting, "the file '\(path)' is larger than 64 KiB") }
            guard var text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
                throw failure(setting, "the file '\(path)' is not UTF-8 text")
            }
            if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
            return text
        }
        return setting.value
    }

    private func failure(_ setting: PropertySetting, _ problem: String) -> CommandFailure {
        CommandFailure(.badConfiguration, "\(setting.origin.description): \(problem)")
    }
}
