package import Postgres
import Synchronization

/// Clients that write to a table, and the same to its mirror in the same transaction, for as long as a plan runs.
///
/// No plan touches the mirror: at the end it says what the rows must be.
package final class MirrorWriters: Sendable {
  private struct State: Sendable {
    var statements = 0
    var changed = 0
    var errors: [String] = []
    var losses = 0
    /// Beginnings and ends of outages.
    var outageChanges = 0
    var openOutages = 0
    var disturbances = 0
    var openDisturbances = 0
    var longestWait = Duration.zero
    var longestDisturbedWait = Duration.zero
  }

  private let state = Mutex(State())
  private let tasks = Mutex<[Task<Void, Never>]>([])

  /// Starts clients, each with a session of its own.
  ///
  /// - Parameter statement: Makes a client's next statement from the client's number.
  package init(
    _ count: Int, connect: @escaping @Sendable () async throws -> PostgresConnection,
    statement: @escaping @Sendable (Int) -> SQL
  ) {
    for number in 0..<count {
      let task = Task { await self.write(connect) { statement(number) } }
      tasks.withLock { $0.append(task) }
    }
  }

  // MARK: - Writing

  private func write(
    _ connect: @Sendable () async throws -> PostgresConnection, _ statement: @Sendable () -> SQL
  ) async {
    while !Task.isCancelled {
      let outageChanges = state.withLock { $0.outageChanges }
      do {
        let connection = try await connect()
        try await write(statement, over: connection)
      } catch is CancellationError {
        // Asked to stop; the statement under way was rolled back on both tables.
      } catch {
        let isExcused = state.withLock { state in
          state.losses += 1
          let isOutage = state.openOutages > 0 || state.outageChanges > outageChanges
          let isExcused = isOutage && (error as? PostgresError)?.isTransient == true
          if !isExcused { state.errors.append("\(error)") }
          return isExcused
        }
        guard isExcused else { return }
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  private func write(
    _ statement: @Sendable () -> SQL, over connection: PostgresConnection
  ) async throws {
    do {
      while !Task.isCancelled {
        let sql = statement()
        do {
          try await run(sql, over: connection)
        } catch let error as PostgresError where error.serverError != nil {
          state.withLock { $0.errors.append("\(error) in \(sql)") }
        }
        try await Task.sleep(for: .milliseconds(2))
      }
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }

  private func run(_ sql: SQL, over connection: PostgresConnection) async throws {
    let (before, wasDisturbed) = state.withLock { ($0.disturbances, $0.openDisturbances > 0) }
    let begin = ContinuousClock.now
    let result = try await connection.execute(sql)
    let wait = ContinuousClock.now - begin
    state.withLock { state in
      state.statements += 1
      state.changed += result.affectedRows
      if wasDisturbed || state.disturbances > before {
        state.longestDisturbedWait = max(state.longestDisturbedWait, wait)
      } else {
        state.longestWait = max(state.longestWait, wait)
      }
    }
  }

  // MARK: - What happens to them

  /// Announces that from now on sessions may be lost, and none be had; their clients open new ones.
  package func beginOutage() {
    state.withLock {
      $0.outageChanges += 1
      $0.openOutages += 1
    }
    beginDisturbance()
  }

  /// Announces that every session that is opened from now on must last.
  package func endOutage() {
    state.withLock {
      $0.outageChanges += 1
      $0.openOutages -= 1
    }
    endDisturbance()
  }

  /// Announces that from now on clients may wait for something else than a plan.
  package func beginDisturbance() {
    state.withLock {
      $0.disturbances += 1
      $0.openDisturbances += 1
    }
  }

  /// Announces that what clients wait for is again no more than a plan.
  package func endDisturbance() { state.withLock { $0.openDisturbances -= 1 } }

  /// Stops the clients and waits for their end.
  package func stop() async {
    let tasks = tasks.withLock { $0 }
    tasks.forEach { $0.cancel() }
    for task in tasks { await task.value }
  }

  // MARK: - What they saw

  /// How many statements succeeded.
  package var statements: Int { state.withLock { $0.statements } }

  /// How many rows they changed in the mirror.
  package var changed: Int { state.withLock { $0.changed } }

  /// Every error that a client saw, but for sessions lost in an announced outage.
  package var errors: [String] { state.withLock { $0.errors } }

  /// How many sessions were lost.
  package var losses: Int { state.withLock { $0.losses } }

  /// The longest time that a statement took, while nothing but a plan was in its way.
  package var longestWait: Duration { state.withLock { $0.longestWait } }

  /// The longest time that a statement took while something else was in its way.
  package var longestDisturbedWait: Duration { state.withLock { $0.longestDisturbedWait } }
}
