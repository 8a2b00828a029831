/// How the process ends, by the numbers of BSD's sysexits where they have one.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case answerIsNo = 1
    case usage = 64
    case badInput = 65
    case noBroker = 69
    case defect = 70
    case cannotCreate = 73
    case notAuthorised = 77
    case badConfiguration = 78
    case interruptedTwice = 130

    /// What the status tells the caller, as `--help` shows it.
    var meaning: String {
        switch self {
        case .done: "done"
        case .answerIsNo: "done, and the answer is no: a check found faults, or messages were not delivered"
        case .usage: "the command line is wrong"
        case .badInput: "the input data is bad"
        case .noBroker: "no broker in reach within --startup-timeout"
        case .defect: "a defect of this program"
        case .cannotCreate: "a topic is missing and may not be created, or a file cannot be"
        case .notAuthorised: "not authorised"
        case .badConfiguration:
            "bad configuration, another process with this --instance, or progress written by a newer version"
        case .interruptedTwice: "interrupted a second time while stopping"
        }
    }
}
