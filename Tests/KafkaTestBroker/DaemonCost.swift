import Foundation

extension Daemon {
    /// CPU time that it has used so far, of all its threads, in user and in kernel mode. Linux only.
    public func cpuSeconds() throws -> Double {
        // Fields 14 and 15 of proc(5), counted behind the name in parentheses, which may itself hold blanks.
        let fields = try stat().split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw TestBrokerError("/proc/\(pid)/stat is not understood")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
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
