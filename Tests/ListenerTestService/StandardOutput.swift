import Foundation

/// Lines on stdout, each at once.
enum StandardOutput {
    static func write(line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
