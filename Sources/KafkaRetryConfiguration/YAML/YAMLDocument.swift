/// Reads one YAML document into values, within bounds that no file of settings comes near: a hostile one costs an error, not memory.
package struct YAMLDocument {
    /// Bytes in a file.
    package static let largestFile = 1 << 20
    /// Nodes, aliases written out.
    static let mostNodes = 20_000
    /// Lists and mappings in one another.
    static let deepest = 16

    private var anchors: [String: YAMLNode] = [:]
    private var nodes = 0

    /// The document in `text`; `nil` if there is none.
    package static func parse(_ text: [UInt8]) throws(YAMLError) -> YAMLNode? {
        guard text.count <= largestFile else { throw YAMLError(line: 1, problem: "it is larger than 1 MiB") }
        return try YAMLEvents.withEvents(of: text) { (events) throws(YAMLError) in
            guard case .documentStart = try events.next().event else { return nil }
            var document = YAMLDocument()
            let (first, line) = try events.next()
            let root = try document.node(first, line, depth: 0, events)
            _ = try events.next()
            let (after, extra) = try events.next()
            guard after == .streamEnd else { throw YAMLError(line: extra, problem: "a second document begins; one file holds one") }
            return root
        }
    }

    private mutating func node(
        _ event: YAMLEvents.Event, _ line: Int, depth: Int, _ events: borrowing YAMLEvents
    ) throws(YAMLError) -> YAMLNode {
        guard depth <= Self.deepest else { throw YAMLError(line: line, problem: "it is nested deeper than \(Self.deepest) levels") }
        try count(1, line)
        switch event {
        case .scalar(let text, let isPlain, let anchor):
            let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
            return remember(YAMLNode(content: isNull ? .null : .scalar(text), line: line), as: anchor)
        case .alias(let name):
            guard var node = anchors[name] else { throw YAMLError(line: line, problem: "*\(name) names no value above it") }
            // A value that is repeated by name costs what writing it out would.
            try count(node.size, line)
            node.line = line
            return node
        case .sequenceStart(let anchor): return remember(try sequence(line, depth, events), as: anchor)
        case .mappingStart(let anchor): return remember(try mapping(line, depth, events), as: anchor)
        default: throw YAMLError(line: line, problem: "a value is missing")
        }
    }

    private mutating func sequence(_ start: Int, _ depth: Int, _ events: borrowing YAMLEvents) throws(YAMLError) -> YAMLNode {
        var items: [YAMLNode] = []
        var size = 1
        while true {
            let (event, line) = try events.next()
            if event == .sequenceEnd { return YAMLNode(content: .sequence(items), line: start, size: size) }
            let item = try node(event, line, depth: depth + 1, events)
            size += item.size
            items.append(item)
        }
    }

    private mutating func mapping(_ start: Int, _ depth: Int, _ events: borrowing YAMLEvents) throws(YAMLError) -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        var size = 1
        while true {
            let (event, line) = try events.next()
            if event == .mappingEnd { return YAMLNode(content: .mapping(entries), line: start, size: size) }
            guard case .scalar(let key, _, _) = event else { throw YAMLError(line: line, problem: "a key must be a plain text") }
            if let first = lines.updateValue(line, forKey: key) {
                throw YAMLError(line: line, problem: "the key '\(key)' stands here again; the first is in line \(first)")
            }
            let (valueEvent, valueLine) = try events.next()
            let value = try node(valueEvent, valueLine, depth: depth + 1, events)
            size += value.size
            entries.append(.init(key: key, line: line, value: value))
        }
    }

    private mutating func count(_ more: Int, _ line: Int) throws(YAMLError) {
        // Both are bounded by mostNodes, so the sum is small.
        nodes += more
        guard nodes <= Self.mostNodes else { throw YAMLError(line: line, problem: "it holds more than \(Self.mostNodes) values") }
    }

    private mutating func remember(_ node: YAMLNode, as anchor: String?) -> YAMLNode {
        if let anchor { anchors[anchor] = node }
        return node
    }
}
