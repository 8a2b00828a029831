import Foundation

/// Ports on 127.0.0.1 that nobody listens on at the moment of asking. They lie below the range that outgoing connections take theirs
/// from; whoever loses the race for one asks again.
enum FreePorts {
    /// The first of `count` consecutive free ports.
    static func run(of count: Int) throws -> Int {
        for _ in 0..<200 {
            let first = Int.random(in: 1_000..<3_000) * 10
            if (first..<first + count).allSatisfy(isFree) { return first }
        }
        throw TestBrokerError("no \(count) consecutive free ports between 10000 and 30000")
    }

    private static func isFree(_ port: Int) -> Bool {
        #if canImport(Glibc)
            let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let handle = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var on: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
    }
}
