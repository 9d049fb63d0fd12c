import Foundation
import Postgres
import Synchronization

/// Clients that write to a table, and the same to its mirror in the same transaction, for as long as a plan runs.
///
/// No plan touches the mirror: at the end it says what the rows must be.
final class MirrorWriters: Sendable {
  private struct State: Sendable {
    var statements = 0
    var changed = 0
    var errors: [String] = []
  }

  private let state = Mutex(State())
  private let tasks = Mutex<[Task<Void, Never>]>([])

  /// Starts clients, each with a session of its own.
  ///
  /// - Parameter statement: Makes a client's next statement from the client's number.
  init(
    _ count: Int, connect: @escaping @Sendable () async throws -> PostgresConnection,
    statement: @escaping @Sendable (Int) -> SQL
  ) {
    for number in 0..<count {
      let task = Task { await self.write(connect) { statement(number) } }
      tasks.withLock { $0.append(task) }
    }
  }

  private func write(
    _ connect: @Sendable () async throws -> PostgresConnection, _ statement: @Sendable () -> SQL
  ) async {
    do {
      let connection = try await connect()
      while !Task.isCancelled {
        let sql = statement()
        do {
          let result = try await connection.execute(sql)
          state.withLock {
            $0.statements += 1
            $0.changed += result.affectedRows
          }
        } catch let error as PostgresError {
          state.withLock { $0.errors.append("\(error) in \(sql)") }
        }
        try await Task.sleep(for: .milliseconds(2))
      }
    } catch is CancellationError {
      // Asked to stop; the statement under way was rolled back on both tables.
    } catch {
      state.withLock { $0.errors.append("\(error)") }
    }
  }

  /// How many statements succeeded.
  var statements: Int { state.withLock { $0.statements } }

  /// How many rows they changed in the mirror.
  var changed: Int { state.withLock { $0.changed } }

  /// Every error that a client saw.
  var errors: [String] { state.withLock { $0.errors } }

  /// Stops the clients and waits for their end.
  func stop() async {
    let tasks = tasks.withLock { $0 }
    tasks.forEach { $0.cancel() }
    for task in tasks { await task.value }
  }
}
