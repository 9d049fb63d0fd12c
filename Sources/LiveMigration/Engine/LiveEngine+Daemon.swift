internal import Postgres

extension LiveEngine {
  /// Makes sure of a server that takes changes; of this machine's own, now and in every later session, unless another
  /// is allowed.
  func checkServer(allowingOther: Bool) async throws {
    if !allowingOther { try await session.requireThisMachine() }
    _ = try await session.primary()
  }

  /// Plans in a backfill, or right before its gate, that made no progress for a while and that no session drives.
  func staleBackfills(after age: Duration) async throws -> [PlanID] {
    try await settled(try await connection()) { connection in
      var stale: [PlanID] = []
      for row in try await ledger.stale(after: age, database: database.rawValue, on: connection)
      where try await PlanLock.holder(of: row, on: connection) == nil { stale.append(row) }
      return stale
    }
  }

  /// Drives a stale plan to its first gate; a raised flag leaves it running for the next driver.
  ///
  /// Nothing destructive comes before the first gate, and none is passed, so that no permission is needed.
  func resumeStale(
    _ id: PlanID, after age: Duration, until stop: StopFlag, onEvent: @escaping RunObserver
  ) async throws -> StaleOutcome {
    let options = RunOptions(allowDestructive: true, justification: nil)
    do {
      return try await holding(id) { held in
        let stale = try await ledger.stale(
          after: age, database: database.rawValue, on: held.connection)
        guard stale.contains(id) else { return .isForOthers }
        tellOfLostDriver(held.row, and: "the daemon goes on", next: nil)
        let outcome = try await drive(held, .resume, options, onEvent, until: stop)
        return .stands(outcome.status)
      }
    } catch EngineError.heldElsewhere {
      return .isForOthers
    } catch PlanRunner.Stop.left {
      return .leftRunning
    }
  }

  /// Tells people that the session which drove a plan is gone, as `[notify]` asks.
  public func tellOfLostDriver(_ snapshot: PlanSnapshot) {
    tellOfLostDriver(snapshot.row, and: "no session drives the plan", next: snapshot.next)
  }

  private func tellOfLostDriver(_ row: PlanRow, and situation: String, next: NextStep?) {
    var lost = PlanNotification(
      event: .driverLost, planID: row.planID, slug: row.slug, appLabel: row.appLabel,
      database: database)
    lost.status = row.status
    lost.reason = row.claim.map { "process \($0.pid) on \($0.host) is gone; \(situation)" }
    lost.next = next
    notifier?.post(lost)
  }
}

/// What became of a plan that was found stale.
enum StaleOutcome: Sendable, Hashable {
  /// It was driven, and stands there now.
  case stands(PlanStatus)
  /// Since it was found, somebody drives it or did, or it was paused.
  case isForOthers
  /// The flag was raised while it could not get on: it runs, and no session drives it.
  case leftRunning
}

extension StaleOutcome: CustomStringConvertible {
  /// What the log says of it.
  var description: String {
    switch self {
    case .stands(let status): status.rawValue
    case .isForOthers: "somebody else's"
    case .leftRunning: PlanStatus.running.rawValue
    }
  }
}
