import Foundation
import Postgres
import TestSupport

/// Looks again and again which of the plan's statements wait for a lock, and for how long already.
final class LockSampler: Sendable {
  struct Wait: Sendable {
    var since: String
    var waited: Double
    var statement: String
  }

  private let task: Task<[Wait], any Error>

  init(_ database: TestDatabase) {
    task = Task {
      let connection = try await database.connect()
      var waits: [Wait] = []
      while !Task.isCancelled {
        guard
          let rows = try? await connection.query(
            """
            SELECT l.waitstart::text AS since, a.query,
              extract(epoch FROM clock_timestamp() - l.waitstart)::float8 AS waited
            FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
            WHERE NOT l.granted AND l.waitstart IS NOT NULL
              AND a.datname = current_database() AND a.application_name = 'rehearsal'
            """)
        else { break }
        for row in rows {
          waits.append(
            Wait(
              since: try row.decode("since"), waited: try row.decode("waited"),
              statement: try row.decode("query")))
        }
        try? await Task.sleep(for: .milliseconds(10))
      }
      await connection.close()
      return waits
    }
  }

  /// Ends the looking; what was seen.
  func stop() async throws -> [Wait] {
    task.cancel()
    return try await task.value
  }
}
