import Foundation
import LiveMigration
import PrivateServer
import TestSupport
import Testing

/// The server itself stops at once, as in a power cut, and comes back: on a cluster of this suite's own.
@Suite("Crashes of the server")
struct CrashServerTests {
  /// A restart takes most of a second, so that usually every ninth statement is struck; with `DJOGI_ALL_BOUNDARIES`
  /// in the environment all of them are.
  static var step: Int {
    ProcessInfo.processInfo.environment["DJOGI_ALL_BOUNDARIES"] == nil ? 9 : 1
  }

  @Test
  func `A plan survives a server that stops at a statement and comes back`() async throws {
    let cluster = try await TestCluster(settings: RecoveryTests.durable)
    try await TestDatabase.scope(on: cluster) {
      let undisturbed = try await CrashTests.undisturbed()
      for boundary in stride(from: 0, to: undisturbed.statements, by: Self.step) {
        try await TestDatabase.scope(on: cluster) {
          let rehearsal = try await CrashTests.rehearsal()
          let id = try await rehearsal.plan()
          try await Fault.server.strike(rehearsal, id, at: boundary)
          if try await rehearsal.engine().show(id).row.status != .complete {
            try await rehearsal.drive(id)
          }
          let state = try await rehearsal.endState(tables: ["t"])
          #expect(state == undisturbed.state, "the server stopped at statement \(boundary)")
          try await rehearsal.dispose()
        }
      }
    }
    await cluster.server.dispose()
  }
}
