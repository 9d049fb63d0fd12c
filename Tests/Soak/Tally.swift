internal import Foundation
internal import Rehearsals
internal import Synchronization

/// What all rounds together saw.
final class Tally: Sendable {
  private struct State: Sendable {
    var rounds = 0
    var counts: [String: [String: Int]] = [:]
    var statements = 0
    var clientStatements = 0
    var losses = 0
    var longestWait = Duration.zero
    var longestDisturbedWait = Duration.zero
    var failures: [String] = []
  }

  private let state = Mutex(State())

  var failures: [String] { state.withLock { $0.failures } }

  func addRound() { state.withLock { $0.rounds += 1 } }

  /// Counts something of a kind.
  func count(_ kind: String, _ name: String) {
    state.withLock { $0.counts[kind, default: [:]][name, default: 0] += 1 }
  }

  func add(statements: Int) { state.withLock { $0.statements += statements } }

  func add(_ clients: MirrorWriters) {
    state.withLock { state in
      state.clientStatements += clients.statements
      state.losses += clients.losses
      state.longestWait = max(state.longestWait, clients.longestWait)
      state.longestDisturbedWait = max(state.longestDisturbedWait, clients.longestDisturbedWait)
    }
  }

  func add(failure: String) { state.withLock { $0.failures.append(failure) } }

  func summary(seconds: Double) -> String {
    let state = state.withLock { $0 }
    var lines = ["rounds               \(state.rounds) in \(Int(seconds)) s"]
    for (kind, counts) in state.counts.sorted(by: { $0.key < $1.key }) {
      let parts = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      let label = kind.padding(toLength: 20, withPad: " ", startingAt: 0)
      lines.append("\(label) \(parts.joined(separator: ", "))")
    }
    lines += [
      "statements           engine \(state.statements), clients \(state.clientStatements)",
      "client sessions lost \(state.losses)",
      "longest client wait  \(milliseconds(state.longestWait)) ms"
        + " (\(milliseconds(state.longestDisturbedWait)) ms behind an outsider or a stopped server)",
      "failures             \(state.failures.count)",
    ]
    return (lines + state.failures.map { "  " + $0 }).joined(separator: "\n")
  }

  private func milliseconds(_ duration: Duration) -> Int { Int(duration / .milliseconds(1)) }
}
