/// What somebody wrote for an option or a key, and where.
package struct Setting: Equatable, Sendable {
    package typealias Origin = SettingOrigin

    package var texts: [String]
    package var origin: Origin

    package init(texts: [String], origin: Origin) {
        self.texts = texts
        self.origin = origin
    }

    /// What `node` says for a key at `origin`.
    ///
    /// - Parameters:
    ///   - isList: whether there may be several values: a list, or a text with commas.
    ///   - placeholder: what is expected, for errors.
    ///   - check: throws what is wrong with values.
    package init<Problem: Error & CustomStringConvertible>(
        _ node: YAMLNode, isList: Bool, placeholder: String, origin: Origin, check: ([String]) throws(Problem) -> Void
    ) throws(SettingError) {
        texts = []
        self.origin = origin
        switch (node.content, isList) {
        case (.scalar(let text), true): texts = CommaList.split(text)
        case (.scalar(let text), false): texts = [text]
        case (.sequence(let items), true):
            for item in items {
                let place = origin.at(line: item.line)
                guard case .scalar(let text) = item.content else {
                    throw place.error("an entry is \(item.kind); expected \(placeholder)")
                }
                do throws(Problem) { try check([text]) } catch { throw place.error(error.description) }
                texts.append(text)
            }
        default: throw origin.error("is \(node.kind); expected \(placeholder)")
        }
        do throws(Problem) { try check(texts) } catch { throw origin.error(error.description) }
    }
}
