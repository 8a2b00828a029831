import Foundation

/// A `bash` in a session of its own that starts processes for the tests and ends them when its input ends: at `stop()`, or
/// whichever way the test process goes, `kill -9` included. Processes are known by the pid files `DIRECTORY/*/pid`, and
/// ended only if the folder's name stands in their command line, so that a pid used again by a stranger is left alone.
final class Supervisor: Sendable {
    /// A new folder for the processes' data. It is removed at the end.
    let directory: String
    private let input: FileHandle
    private let output: FileHandle
    private let queue = DispatchQueue(label: "supervisor")

    /// Starts the bash, which then knows `functions` and the variable `dir`.
    init(functions: String) throws {
        directory = URL(filePath: NSTemporaryDirectory()).appending(path: "kafka-retry-test-" + UUID().uuidString).path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var pipes: [Pipe] = []
        try Process.spawn { pipe in
            pipes = [try pipe(), try pipe()]
            let bash = Process()
            bash.executableURL = URL(filePath: "/bin/bash")
            bash.arguments = ["-c", "if command -v setsid >/dev/null; then exec setsid bash -s; else exec bash -s; fi"]
            bash.standardInput = pipes[0]
            bash.standardOutput = pipes[1]
            return bash
        }
        (input, output) = (pipes[0].fileHandleForWriting, pipes[1].fileHandleForReading)
        try input.write(contentsOf: Data("dir=\(Self.quoted(directory))\n\(Self.prelude)\n\(functions)\n".utf8))
    }

    /// Runs `command` in the bash, one after the other, and returns what it printed. Throws if it fails.
    @discardableResult
    func run(_ command: String) async throws -> String {
        try await onQueue { [self] in
            try input.write(contentsOf: Data("{ \(command)\n} </dev/null >\"$dir/output\" 2>&1; echo $?\n".utf8))
            let status = try line()
            let printed = (try? String(contentsOfFile: directory + "/output", encoding: .utf8)) ?? ""
            guard status == "0" else { throw TestBrokerError("\(command): exit status \(status ?? "unknown")\n\(printed)") }
            return printed.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Ends all processes, and returns when they are gone and the folder is removed. A second call does nothing.
    func stop() async {
        try? await onQueue { [self] in
            try input.close()
            while try line() != nil {}
        }
    }

    /// `text` as one word of bash.
    static func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'" }

    /// Blocking calls stay off the threads that run tests.
    private func onQueue<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    /// The next line that the bash prints; `nil` when it has ended.
    private func line() throws -> String? {
        var line = Data()
        while let byte = try output.read(upToCount: 1), !byte.isEmpty {
            if byte.first == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// A handler that does nothing, and not `trap ''`: what is ignored here would be ignored by the brokers too.
    private static let prelude = #"""
        trap : INT TERM HUP
        unset LD_PRELOAD  # a sanitizer's, for the test process alone
        setsid=$(command -v setsid)
        alive() {  # alive PID: it runs, and it is one of ours
          if [[ -d /proc/self ]]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -ww -o command= -p "$1"; fi 2>/dev/null | grep -qF -- "${dir##*/}"
        }
        gone() {  # gone PID: all its threads have ended, and so its sockets are closed; whether it was reaped does not matter
          local threads
          kill -0 "$1" 2>/dev/null || return 0
          [[ -d /proc/self && $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) == Z* ]] || return 1
          threads=("/proc/$1/task"/*)
          [[ ${#threads[@]} == 1 ]]
        }
        end() {
          local file pid
          for file in "$dir"/*/pid; do
            if [[ -f $file ]] && pid=$(<"$file") && alive "$pid"; then
              kill -9 "$pid"
              until gone "$pid"; do sleep 0.02; done
            fi
          done
          rm -rf "$dir"
        }
        trap end EXIT
        listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
        launch() {  # launch NAME COMMAND...: in a session of its own, its pid in NAME/pid
          local home=$dir/$1; shift
          mkdir -p "$home"
          # One plain command: a subshell would have its own pid, and hold our pipe open.
          $setsid "$@" >>"$home/stdout.log" 2>&1 </dev/null &
          echo $! >"$home/pid"
          disown
        }
        await_port() {  # await_port NAME PORT
          local _ home=$dir/$1
          for _ in {1..600}; do
            if listens "$2"; then return; fi
            if ! kill -0 "$(<"$home/pid")" 2>/dev/null; then break; fi
            sleep 0.05
          done
          tail -n 20 "$home/stdout.log"
          return 1
        }
        """#
}
