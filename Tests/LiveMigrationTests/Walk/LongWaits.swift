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

  /// The engine's first request for a lock that waited for so long, as the server's log tells it.
  ///
  /// The server repeats itself each time that the waiting session wakes up.
  func longWaits() -> [String] {
    // The log is that of all tests, and long.
    let log = database.cluster.server.log
    guard log.contains("still waiting for") else { return [] }
    let prefix = "rehearsal \(database.name) "
    let ours = log.split(separator: "\n").filter { $0.hasPrefix(prefix) }.map(String.init)
    guard let first = ours.firstIndex(where: { $0.contains("still waiting for") }) else {
      return []
    }
    let about = ours[first...].dropFirst().prefix { !$0.contains(" LOG: ") }
    return [ours[first]] + about
  }
}
