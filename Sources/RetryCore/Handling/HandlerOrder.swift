/// In which order the first handlings of a source partition's records happen. Retries have no order: a record that failed has left
/// its place.
public enum HandlerOrder: String, CaseIterable, Sendable {
    /// One at a time, in the order of the log.
    case partition
    /// Records with the same key one at a time, in the order of the log; different keys, and records without one, side by side.
    case key
    /// As slots are free.
    case unordered
}
