/// How much one batch may hold.
struct BatchLimit: Sendable {
    var records: Int
    var bytes: Int
}
