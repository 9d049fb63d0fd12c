internal import Postgres

extension LiveEngine {
  /// Refuses a server that is not this machine, as the session that is open now really reached it.
  func checkIsLocal(allowing other: Bool) async throws {
    let connection = try await session.primary()
    guard !other else { return }
    // The server's own word: a tunnel or a pooler would make its client believe anything.
    let address: String? = try await connection.query(
      "SELECT host(inet_server_addr())"
    ).only().decode(0)
    if let address, !(address.hasPrefix("127.") || address == "::1") {
      throw EngineError.daemonRefused("the session reached a server at \(address)")
    }
  }

  /// Plans in a backfill, or right before its gate, that made no progress for a while and that nobody drives.
  func staleBackfills(after age: Duration) async throws -> [PlanID] {
    let connection = try await connection()
    var stale: [PlanID] = []
    for row in try await ledger.stale(after: age, database: database.rawValue, on: connection)
    where try await PlanLock.holder(of: row, on: connection) == nil { stale.append(row) }
    return stale
  }

  /// Drives a stale plan to its first gate; a raised flag leaves it running for whoever comes next.
  ///
  /// Nothing destructive comes before the first gate, and none is passed, so that no permission is needed.
  func resumeStale(
    _ id: PlanID, until stop: StopFlag, onEvent: @escaping RunObserver
  ) async throws -> PlanOutcome {
    let options = RunOptions(allowDestructive: true, justification: nil)
    return try await drive(id, .resume, options, onEvent, until: stop)
  }
}
