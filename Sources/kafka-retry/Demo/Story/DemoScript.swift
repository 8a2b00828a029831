import RetryCore

/// Who orders what when, and what goes wrong. What is shown is not taken from here: it is read from the topics.
struct DemoScript: Sendable {
    struct Order: Sendable {
        var name: String
        /// How often its handling fails; `nil` for always.
        var failures: Int?
        var problem = ""
    }

    /// Between one order and the next.
    let pace: Duration = .milliseconds(350)
    /// Before the first, second and third retry.
    let delays: [Duration] = [.seconds(1), .seconds(2), .seconds(4)]
    /// How long all of it may take.
    let patience: Duration
    let orders: [Order]

    init(patience: Duration) {
        self.patience = patience
        let slow = "payment timed out"
        let plan: [(Int?, String)] = [
            (0, ""), (1, slow), (0, ""), (2, "stock is locked"), (0, ""), (nil, "no such address"), (1, slow), (0, ""), (2, slow),
            (1, "stock is locked"),
        ]
        orders = plan.enumerated().map { index, outcome in
            Order(name: index < 9 ? "order-0\(index + 1)" : "order-\(index + 1)", failures: outcome.0, problem: outcome.1)
        }
    }

    /// What goes wrong with the order called `name` after so many retries; `nil` if it is handled.
    func problem(_ name: String, retriesMade: Int) -> String? {
        guard let order = orders.first(where: { $0.name == name }), retriesMade < order.failures ?? .max else { return nil }
        return order.problem
    }
}
