import Synchronization

/// A topic's name, kept once for as long as the process lives: it is copied and compared without a look at its text or a count of references, which
/// the threads that a record passes would take from each other. There are as many as there are topics; librdkafka keeps them just so.
struct InternedName: Hashable, Sendable {
    private final class Text: Sendable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    /// By its bytes: two texts that look alike are two names.
    private static let known = Mutex<[[UInt8]: InternedName]>([:])

    /// Never released.
    private let kept: Unmanaged<Text>

    init(_ text: String) {
        self = Self.known.withLock { known in
            let bytes = Array(text.utf8)
            if let name = known[bytes] { return name }
            let name = InternedName(kept: .passRetained(Text(text)))
            known[bytes] = name
            return name
        }
    }

    private init(kept: Unmanaged<Text>) { self.kept = kept }

    var text: String { kept._withUnsafeGuaranteedRef { $0.text } }

    static func == (left: Self, right: Self) -> Bool { left.kept.toOpaque() == right.kept.toOpaque() }

    func hash(into hasher: inout Hasher) { hasher.combine(kept.toOpaque()) }
}
