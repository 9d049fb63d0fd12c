internal import Postgres

extension ProbeRun {
  /// Whether a statement that is run as it stands makes something new and touches nothing else.
  func makesOnlyItself(
    _ change: Change, on connection: isolated PostgresConnection
  ) async throws -> Bool {
    guard case .other(let other) = change.operation, other.kind == .createExtension else {
      return true
    }
    guard let name = ProbeStep.extensionName(change.sql) else { return false }
    // A trusted extension holds only what its user may have; others may reach outside the transaction.
    return try await connection.query(
      """
      SELECT EXISTS (SELECT FROM pg_extension WHERE extname = \(name)) OR EXISTS (
        SELECT FROM pg_available_extension_versions WHERE name = \(name) AND trusted)
      """
    ).only().decode(0)
  }

  /// Only its name and some columns of a placeholder are right, so nothing but dropping it proves anything.
  mutating func replacesPlaceholder(_ change: Change) -> Bool {
    if case .drop = change.operation { return false }
    let temporary = Set(clones.placeholders.map { CloneSet.temporary($0.name) })
    return change.mentions.contains { names.target(of: $0).map(temporary.contains) == true }
  }

  /// Whether foreign keys that the clones lack would add to the statement's work.
  mutating func isUncertain(_ change: Change) -> Bool {
    guard !clones.incomplete.isEmpty else { return false }
    switch change.operation {
    case .alterColumnType, .dropColumn, .dropConstraint, .validateConstraint, .drop:
      let incomplete = clones.incomplete.compactMap { clones.names[$0] }
      return change.mentions.contains { names.target(of: $0).map(incomplete.contains) == true }
    default: return false
    }
  }
}
