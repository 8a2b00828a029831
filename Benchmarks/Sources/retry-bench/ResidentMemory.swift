import Foundation

/// What of this process lies in memory, as the kernel counts it.
struct ResidentMemory: Codable {
    var bytes: Int

    var mebibytes: Double { Double(bytes) / 1_048_576 }

    static var now: ResidentMemory { read("VmRSS:") }
    static var peak: ResidentMemory { read("VmHWM:") }

    /// 0 where there is no `/proc`.
    private static func read(_ name: String) -> ResidentMemory {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        for line in status.split(separator: "\n") where line.hasPrefix(name) {
            let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
            return ResidentMemory(bytes: (kibibytes ?? 0) * 1_024)
        }
        return ResidentMemory(bytes: 0)
    }
}
