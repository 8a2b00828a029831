import CYAML

/// libyaml's events, one after the other, copied out of it.
///
/// The parser's own memory and the text it reads live as long as `withEvents` runs.
struct YAMLEvents: ~Copyable {
    enum Event: Equatable {
        case scalar(String, isPlain: Bool, anchor: String?)
        case alias(String)
        case sequenceStart(anchor: String?)
        case mappingStart(anchor: String?)
        case sequenceEnd
        case mappingEnd
        case documentStart
        case documentEnd
        case streamEnd
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Calls `body` with the events of `text`.
    static func withEvents<Result>(
        of text: [UInt8], _ body: (borrowing YAMLEvents) throws(YAMLError) -> Result
    ) throws(YAMLError) -> Result {
        var outcome: Swift.Result<Result, YAMLError> = .failure(YAMLError(line: 1, problem: "no memory to read it"))
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { return try outcome.get() }
        defer { yaml_parser_delete(parser) }
        text.withUnsafeBufferPointer { text in
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            // libyaml wants a pointer even to no bytes.
            var nothing: UInt8 = 0
            withUnsafePointer(to: &nothing) { yaml_parser_set_input_string(parser, text.baseAddress ?? $0, text.count) }
            do throws(YAMLError) { outcome = .success(try body(YAMLEvents(parser: parser))) } catch { outcome = .failure(error) }
        }
        return try outcome.get()
    }

    /// The next event and its line. After `streamEnd` there is none to ask for.
    func next() throws(YAMLError) -> (event: Event, line: Int) {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
            defer { yaml_event_delete(&event) }
            let line = Int(clamping: event.start_mark.line) + 1
            switch event.type {
            case YAML_STREAM_START_EVENT: continue
            case YAML_DOCUMENT_START_EVENT: return (.documentStart, line)
            case YAML_DOCUMENT_END_EVENT: return (.documentEnd, line)
            case YAML_ALIAS_EVENT: return (.alias(Self.text(event.data.alias.anchor) ?? ""), line)
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
                return (
                    .scalar(
                        String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                        anchor: Self.text(scalar.anchor)),
                    line
                )
            case YAML_SEQUENCE_START_EVENT: return (.sequenceStart(anchor: Self.text(event.data.sequence_start.anchor)), line)
            case YAML_MAPPING_START_EVENT: return (.mappingStart(anchor: Self.text(event.data.mapping_start.anchor)), line)
            case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, line)
            case YAML_MAPPING_END_EVENT: return (.mappingEnd, line)
            default: return (.streamEnd, line)
            }
        }
    }

    private func problem() -> YAMLError {
        let line = Int(clamping: parser.pointee.problem_mark.line) + 1
        guard let problem = parser.pointee.problem else { return YAMLError(line: line, problem: "it is not YAML") }
        if parser.pointee.error == YAML_READER_ERROR { return YAMLError(line: lineOfOffset(), problem: "it is not UTF-8 text") }
        return YAMLError(line: line, problem: "it is not YAML: \(String(cString: problem))")
    }

    /// A reader's error carries no mark of its own; the parser stands at most a buffer before it.
    private func lineOfOffset() -> Int { Int(clamping: parser.pointee.mark.line) + 1 }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let pointer else { return nil }
        return String(decoding: UnsafeBufferPointer(start: pointer, count: strlen(pointer)), as: UTF8.self)
    }

    private static func strlen(_ text: UnsafeMutablePointer<yaml_char_t>) -> Int {
        var count = 0
        while text[count] != 0 { count += 1 }
        return count
    }
}
