internal import Postgres

/// Writes how far a gate is into the plan's row, and ends it when somebody asks for a pause.
///
/// The session that asks sees nothing new until it has its answer, so this takes another one, once a question lasts.
struct GateWatch: Sendable {
  let runner: PlanRunner
  let position: PlanRow.Position
  let board: GateBoard

  private static let interval = Duration.seconds(1)
  private static let shortest = Duration.milliseconds(100)

  /// Runs until it is cancelled.
  ///
  /// - Throws: `PlanRunner.Stop` when the plan is to be left, or paused.
  func run() async throws {
    var connection: PostgresConnection?
    do {
      try await watch(with: &connection)
    } catch {
      await connection?.close()
      throw error
    }
  }

  private func watch(with connection: inout PostgresConnection?) async throws {
    var next = ContinuousClock.now + Self.interval
    while true {
      try await Task.sleep(for: Self.shortest)
      if runner.stop.isRaised { throw PlanRunner.Stop.left }
      guard ContinuousClock.now >= next else { continue }
      do {
        if connection == nil { connection = try await open() }
        if let connection { try await report(on: connection) }
      } catch let error as PostgresError {
        // The answer counts more than the news of it.
        runner.onEvent(.notice(runner.id, "how far the gate is cannot be written down: \(error)"))
        await connection?.close()
        connection = nil
        next = .now + Self.interval * 10
        continue
      }
      next = .now + Self.interval
    }
  }

  private func open() async throws -> PostgresConnection {
    let connection = try await runner.session.another()
    try await connection.settle(runner.settings)
    return connection
  }

  private func report(on connection: PostgresConnection) async throws {
    guard let progress = board.progress else { return }
    runner.onEvent(.gate(runner.id, progress))
    let pauses = try await runner.ledger.recordGate(
      runner.id, at: position, state: try progress.json(), on: connection)
    if pauses, runner.command != .finalize { throw PlanRunner.Stop.pauseRequested() }
  }
}
