import Foundation

/// The process.
@main
struct KafkaRetryCommand {
    static func main() async {
        // A reader that goes away is an EPIPE for the writer, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let status = await KafkaRetryProgram().run(Array(CommandLine.arguments.dropFirst()))
        exit(status.rawValue)
    }
}
