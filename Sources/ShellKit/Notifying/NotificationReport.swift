internal import Foundation
internal import LiveMigration

/// A notification as the command of `[notify]` reads it.
struct NotificationReport {
  let notification: PlanNotification
  /// How the line to type next is worded.
  let line: NextLine

  /// One sentence that can be sent on as it is.
  var message: String {
    let plan = notification.slug
    let gate = notification.gate.map { "the gate \($0.rawValue)" } ?? "a gate"
    // The server's details and hints are in the reason itself.
    let first = notification.reason?.split(separator: "\n").first
    let reason = first.map { ": \($0)" } ?? ""
    return switch notification.event {
    case .gateReached: "\(plan) waits at \(gate) for your word"
    case .gateDisagreed: "\(plan) is kept back at \(gate): " + disagreements
    case .waiting: "\(plan) waits\(reason)"
    case .stopped: "\(plan) is paused\(reason)"
    case .failed: "\(plan) could not go on\(reason)"
    case .driverLost: "\(plan) lost its driver\(reason)"
    case .complete: "\(plan) is complete"
    }
  }

  private var disagreements: String {
    notification.gates.filter { !$0.agrees }.map { gate in
      let found = gate.found.map { CountText.grouped($0) } ?? "nothing"
      return "\(gate.name) expects \(CountText.grouped(gate.expected)), found \(found)"
    }.joined(separator: "; ")
  }

  var object: OutputValue {
    [
      "schema": .int(ConsoleOutput.schema), "time": .time(Date()),
      "event": .string(notification.event.rawValue), "plan_id": .plan(notification.planID),
      "slug": .string(notification.slug), "app": .string(notification.appLabel),
      "database": .string(notification.database.rawValue),
      "status": .text(notification.status?.rawValue), "gate": .text(notification.gate?.rawValue),
      "gates": .list(notification.gates.map(\.object)), "reason": .text(notification.reason),
      "message": .string(message), "next": .text(notification.next.map { line.text($0) }),
    ]
  }
}
