internal import LiveMigration

/// Running plans that no session drives, each of which is told once.
struct LostDrivers {
  private enum Seen {
    case since(ContinuousClock.Instant)
    case told
  }

  private var seen: [PlanID: Seen] = [:]
  /// A driver that connects again is none for a moment.
  private static let age: Duration = .seconds(5)

  /// Takes in a look at plans.
  ///
  /// - Returns: Those that have been without a driver for a while, once until they are driven again.
  mutating func take(
    _ snapshots: [PlanSnapshot], at now: ContinuousClock.Instant
  ) -> [PlanSnapshot] {
    snapshots.filter { snapshot in
      let id = snapshot.row.planID
      guard snapshot.row.status == .running, !snapshot.isDriven else {
        seen[id] = nil
        return false
      }
      switch seen[id] {
      case nil: seen[id] = .since(now)
      case .since(let start) where now - start >= Self.age:
        seen[id] = .told
        return true
      case .since, .told: break
      }
      return false
    }
  }
}
