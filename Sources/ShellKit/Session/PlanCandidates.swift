internal import LiveMigration
internal import Synchronization

/// The plans that completion offers, kept for the few seconds in which somebody presses Tab again.
final class PlanCandidates: Sendable {
  private struct Answer: Sendable {
    var command: String
    var prefix: String
    var rows: [PlanRow]
    var time: ContinuousClock.Instant
  }

  /// The most that are looked up, and so listed.
  static let limit = 50
  private static let lifetime = Duration.seconds(3)

  private let last = Mutex<Answer?>(nil)

  /// The plans that a command accepts and whose id or slug begins with `prefix`.
  func rows(
    for command: String, startingWith prefix: String, limit: Int = PlanCandidates.limit,
    engine: LiveEngine
  ) async throws -> [PlanRow] {
    if let known = known(command, prefix) { return known }
    let isNumber = prefix.utf8.allSatisfy { (0x30...0x39).contains($0) }
    let rows = try await engine.plans(
      matching: isNumber ? prefix : "", accepting: PlanCommand(rawValue: command),
      limit: limit
    ).filter { isNumber || $0.slug.hasPrefix(prefix) }
    last.withLock {
      $0 = Answer(command: command, prefix: prefix, rows: rows, time: .now)
    }
    return rows
  }

  /// What the answer before tells: of one that was not cut, also what begins with more digits.
  private func known(_ command: String, _ prefix: String) -> [PlanRow]? {
    guard let answer = last.withLock({ $0 }), answer.command == command,
      ContinuousClock.now - answer.time < Self.lifetime, prefix.hasPrefix(answer.prefix),
      prefix == answer.prefix || answer.rows.count < Self.limit
    else { return nil }
    return answer.rows.filter {
      $0.planID.description.hasPrefix(prefix) || $0.slug.hasPrefix(prefix)
    }
  }

  /// The word that is inserted for a plan: its slug where that is enough, or its id.
  static func word(
    for row: PlanRow, among rows: [PlanRow], continuing fragment: String
  ) -> String {
    let isNumber = !fragment.isEmpty && fragment.utf8.allSatisfy { (0x30...0x39).contains($0) }
    if isNumber { return row.planID.description }
    return PlanName.shortest(of: row, among: rows.filter { $0.slug == row.slug })
  }

  /// Forgets it, because a command may have changed what is so.
  func forget() {
    last.withLock { $0 = nil }
  }
}
