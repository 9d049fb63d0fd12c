import Postgres
import PrivateServer
import TestSupport

extension Rehearsal {
  /// Has the server write down each wait of new sessions for a lock that lasts two seconds, which is much longer than
  /// any `lock_timeout` of a test.
  func noteLongWaits() async throws {
    let admin = try await database.cluster.connect()
    for setting: SQL in ["log_lock_waits = on", "deadlock_timeout = '2s'"] {
      try await admin.execute("ALTER DATABASE \(identifier: database.name) SET \(sql: setting)")
    }
    await admin.close()
  }

  /// The engine's requests for locks that waited for so long, as the server's log tells them.
  func longWaits() -> [String] {
    database.cluster.server.log.split(separator: "\n").map(String.init).filter {
      $0.hasPrefix("rehearsal \(database.name) ") && $0.contains("still waiting for")
    }
  }
}
