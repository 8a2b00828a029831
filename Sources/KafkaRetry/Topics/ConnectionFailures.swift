import RDKafka
import Synchronization

/// What went wrong while connecting: librdkafka tells it on the side, and the call that waits only says that time is over.
final class ConnectionFailures: Sendable {
    private struct State {
        var last: String?
        var refusal: RDKafkaError?
    }

    private let state = Mutex(State())

    func took(_ line: RDKafkaLogLine) {
        guard line.level <= 3 else { return }
        state.withLock { state in
            state.last = line.message
            // The error itself arrives only where somebody serves the client; its words in the log do not wait for that.
            if line.message.contains("SASL authentication error") || line.message.contains("Authentication failed") {
                state.refusal = RDKafkaError(.authentication, message: line.message).explainingSCRAM
            }
        }
    }

    func took(_ error: RDKafkaError) {
        state.withLock { state in
            if error.code == .authentication || error.code == .saslAuthenticationFailed { state.refusal = error.explainingSCRAM }
            state.last = error.message
        }
    }

    /// Set once the broker does not want us, whoever waits.
    func refusal() -> RDKafkaError? { state.withLock(\.refusal) }

    /// What to throw when time is over.
    func error() -> RDKafkaError {
        state.withLock { $0.refusal ?? RDKafkaError(.timedOut, message: $0.last ?? "no broker answered") }
    }
}
