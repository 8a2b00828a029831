import Foundation
import KafkaRetry
import ListenerTestPlan

// A service with a listener in it, which the tests start, kill, freeze and stop. Its only argument is a ServicePlan.

let plan = try ServicePlan(argument: CommandLine.arguments.dropFirst().first ?? "")
let errands = Errands(plan, notes: try NoteFile(plan.notes))
var configuration = ListenerConfiguration(bootstrapServers: [plan.servers], group: plan.group, instance: plan.instance)
configuration.service = "listener-test-service"
let listener = try RetryListener(
    configuration,
    topics: try plan.topics.map { topic in
        ListenerTopic(KafkaTopic(topic.name), settings: try topic.settings, handler: errands.handle)
    }, log: .standardError(.info))

async let account = listener.run(stoppingOn: [.sigterm, .sigint])
var (isReady, handled) = (false, 0)
for await state in listener.states {
    if state.isReady, !isReady { StandardOutput.write(line: "ready") }
    if state.handled != handled { StandardOutput.write(line: "handled \(state.handled)") }
    (isReady, handled) = (isReady || state.isReady, state.handled)
}
let end = try await account
StandardOutput.write(
    line: """
        stopped {"handled":\(end.handled),"retried":\(end.retried),"dead_lettered":\(end.deadLettered),"waiting":\(end.waiting),\
        "held":\(end.held),"lost":\(end.lost),"passed_over":\(end.passedOver)}
        """)
