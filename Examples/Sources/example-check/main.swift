import Foundation
import RDKafka

// Feeds LinkService and Transform and looks at what comes out of them and of Machines.
//
//   example-check prepare    makes the topics that the examples read and write
//   example-check feed       writes records to them
//   example-check verify     waits for what must come out; exits 1 if it is something else
//   example-check clean      deletes the topics
//
// KAFKA_BOOTSTRAP says where; EVENTS, RESOURCES, TARGET and MACHINES name the topics.

let cluster = try Cluster(ProcessInfo.processInfo.environment)
switch CommandLine.arguments.dropFirst().first {
case "prepare": try cluster.createTopics()
case "feed": try cluster.write(Records.events(to: cluster.events) + Records.resources(to: cluster.resources))
case "verify":
    let faults = try await Verification(cluster).faults()
    for fault in faults { print("example-check: \(fault)") }
    exit(faults.isEmpty ? 0 : 1)
case "clean": cluster.deleteTopics()
default:
    print("usage: example-check prepare|feed|verify|clean")
    exit(64)
}
