import Foundation

extension Daemon {
    /// CPU time that each of its threads has used so far, by name; threads of one name together. Linux only.
    public func threadSeconds() throws -> [String: Double] {
        var seconds: [String: Double] = [:]
        for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task") {
            // It may have ended meanwhile.
            guard let all = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/stat", encoding: .utf8),
                let begin = all.firstIndex(of: "("), let end = all.lastIndex(of: ")")
            else { continue }
            let fields = all[all.index(after: end)...].split(separator: " ")
            guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { continue }
            let name = String(all[all.index(after: begin)..<end])
            seconds[name, default: 0] += (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
        return seconds
    }

    /// Its resident memory now. Linux only.
    public func residentBytes() throws -> Int {
        let fields = try stat().split(separator: " ")
        guard fields.count > 21, let pages = Int(fields[21]) else { throw TestBrokerError("/proc/\(pid)/stat is not understood") }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Field 3 and what follows it.
    private func stat() throws -> Substring {
        let all = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        guard let name = all.lastIndex(of: ")") else { throw TestBrokerError("/proc/\(pid)/stat is not understood") }
        return all[all.index(after: name)...]
    }
}
