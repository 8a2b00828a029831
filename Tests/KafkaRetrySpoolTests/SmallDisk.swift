import Foundation
import Testing

/// A disk of a few MiB for one test: a tmpfs, which only root can mount, and not everywhere.
struct SmallDisk {
    let path: String

    /// Why there can be none here.
    static let obstacle: String? = {
        guard geteuid() == 0 else { return "mounting a small disk takes root" }
        guard let disk = try? SmallDisk(megabytes: 1) else { return "a tmpfs cannot be mounted here" }
        disk.remove()
        return nil
    }()

    init(megabytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "disk-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Self.run("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path]) else {
            try FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    func remove() {
        guard Self.run("umount", ["-l", path]) else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Takes all the room that is left.
    func fill() throws -> String {
        let name = path + "/ballast"
        let file = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(file) }
        for size in [65_536, 4_096] {
            let bytes = [UInt8](repeating: 1, count: size)
            while write(file, bytes, size) > 0 {}
        }
        return name
    }

    private static func run(_ command: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [command] + arguments
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only where a small disk can be mounted.
    static var smallDisk: Self {
        if let obstacle = SmallDisk.obstacle { return .disabled("\(obstacle)") }
        return .enabled(if: true)
    }
}
