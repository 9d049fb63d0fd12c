import Postgres
import TestSupport

extension TestDatabase {
  /// Waits until a session that has locked a table `ACCESS EXCLUSIVE` waits for another lock.
  func waitUntilBlocked(holding table: String) async throws {
    try await StatementObserver.$current.withValue(nil) {
      let connection = try await connect()
      while try await connection.query(
        """
        SELECT FROM pg_locks AS held JOIN pg_locks AS wanted USING (pid)
        WHERE held.relation = to_regclass(\(table)) AND held.mode = 'AccessExclusiveLock' AND held.granted
          AND NOT wanted.granted
        """
      ).isEmpty {
        try await Task.sleep(for: .milliseconds(5))
      }
      await connection.close()
    }
  }

  /// Waits until a session of this application waits for a lock.
  func waitUntilBlocked(_ applicationName: String) async throws {
    try await StatementObserver.$current.withValue(nil) {
      let connection = try await connect()
      while try await connection.query(
        """
        SELECT FROM pg_stat_activity WHERE datname = current_database()
          AND application_name = \(applicationName) AND wait_event_type = 'Lock'
        """
      ).isEmpty {
        try await Task.sleep(for: .milliseconds(5))
      }
      await connection.close()
    }
  }
}
