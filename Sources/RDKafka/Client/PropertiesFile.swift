import Foundation

extension RDKafkaConfiguration {
    /// Reads a file of librdkafka properties: a `name=value` a line, empty lines and lines that start with `#` are passed over.
    /// Blanks around name and value do not count; of a name that stands there twice the last line counts. Blocking.
    public init(contentsOfFile path: String) throws(RDKafkaConfigurationError) {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw RDKafkaConfigurationError(property: nil, reason: Self.reason(error), file: path)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let line = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .firstIndex { String(validating: $0, as: UTF8.self) == nil }
            throw RDKafkaConfigurationError(property: nil, reason: "not UTF-8", file: path, line: line.map { $0 + 1 })
        }
        try self.init(parsing: text, file: path)
    }

    /// Reads properties as `init(contentsOfFile:)` does, from `text`. Errors name `file`.
    public init(parsing text: String, file: String) throws(RDKafkaConfigurationError) {
        self.init()
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces.union(CharacterSet(charactersIn: "\u{FEFF}")))
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else {
                throw RDKafkaConfigurationError(property: nil, reason: "expected name=value", file: file, line: index + 1)
            }
            let name = line[..<equals].trimmingCharacters(in: .whitespaces)
            let value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            if name.isEmpty {
                throw RDKafkaConfigurationError(property: nil, reason: "no name before =", file: file, line: index + 1)
            }
            set(name, value, file: file, line: index + 1)
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? CocoaError)?.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: "no such file"
        case .fileReadNoPermission: "not allowed to read it"
        default: "cannot be read: \((error as NSError).localizedDescription)"
        }
    }
}
