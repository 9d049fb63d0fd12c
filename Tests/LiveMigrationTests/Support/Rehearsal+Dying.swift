import LiveMigration
import Postgres
import Rehearsals
import Synchronization
import TestSupport

extension Rehearsal {
  /// Runs a plan until the program dies at a statement; `true` when the run has ended before.
  ///
  /// - Parameter answered: Whether the server has done the statement.
  func die(
    _ id: PlanID, after statements: Int, answered: Bool
  ) async throws -> Bool {
    let engine = engine()
    let left = Mutex(statements)
    @Sendable func strike() throws {
      let dies = left.withLock { left in
        left -= 1
        return left < 0
      }
      if dies { throw SimulatedCrash() }
    }
    let observer = StatementObserver(
      before: { _ in if !answered { try strike() } }, after: { _ in if answered { try strike() } })
    do {
      try await StatementObserver.$current.withValue(observer) {
        _ = try await engine.run(id, options: Self.everything) { _ in }
      }
      await engine.disconnect()
      return true
    } catch EngineError.statusConflict(_, .complete, _, _, _) {
      // It died between the plan's end and its own.
      await engine.disconnect()
      return true
    } catch is SimulatedCrash {}
    await engine.disconnect()
    try await waitForLock(id)
    return false
  }
}
