import CRDKafka
import Foundation

/// Names and numbers of the topics that a consumer has seen, so that a message costs no string.
struct TopicNames {
    private struct Entry {
        var handle: OpaquePointer
        var name: String
        var bytes: [CChar]
        var index: Int
    }

    /// The last one used stands first; a consumer reads few topics.
    private var entries: [Entry] = []
    private var indices: [String: Int] = [:]

    /// The handle's address alone is not enough: librdkafka may use it again for another topic.
    mutating func find(_ handle: OpaquePointer?) -> (name: String, index: Int) {
        guard let handle, let name = rd_kafka_topic_name(handle) else { return ("", -1) }
        for position in entries.indices where entries[position].handle == handle {
            guard entries[position].bytes.withUnsafeBufferPointer({ $0.baseAddress.map { strcmp($0, name) == 0 } ?? false }) else {
                entries.remove(at: position)
                break
            }
            if position > 0 { entries.swapAt(0, position) }
            return (entries[0].name, entries[0].index)
        }
        let text = String(cString: name)
        let index = indices[text] ?? indices.count
        indices[text] = index
        entries.insert(Entry(handle: handle, name: text, bytes: Array(text.utf8CString), index: index), at: 0)
        return (text, index)
    }
}
