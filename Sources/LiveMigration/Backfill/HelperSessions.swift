internal import Postgres
internal import Synchronization

/// The sessions beside the first, kept from pass to pass and from leaf to leaf.
final class HelperSessions: Sendable {
  private let runner: PlanRunner
  private let idle = Mutex<[PostgresConnection]>([])

  init(_ runner: PlanRunner) {
    self.runner = runner
  }

  /// A session that is alive and set up like the first.
  func take() async throws -> PostgresConnection {
    while let connection = idle.withLock({ $0.popLast() }) {
      if await connection.isAlive { return connection }
      await connection.close()
    }
    let connection = try await runner.session.another()
    do {
      try await connection.settle(runner.settings)
    } catch {
      await connection.close()
      throw error
    }
    return connection
  }

  /// Keeps a session for the next taker.
  func giveBack(_ connection: PostgresConnection) {
    idle.withLock { $0.append(connection) }
  }

  func close() async {
    let connections = idle.withLock { idle in
      defer { idle = [] }
      return idle
    }
    for connection in connections { await connection.close() }
  }
}
