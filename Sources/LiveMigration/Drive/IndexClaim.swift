internal import Postgres
internal import SchemaChange

/// The name of an index that a plan builds outside a transaction.
///
/// A build that was cut off leaves an index behind, which the next attempt takes up or drops. So that neither happens to
/// an index of somebody else, the plan writes the name down before it builds, and only while it is free.
struct IndexClaim: Sendable {
  let index: QualifiedName
  let id: PlanID
  let ledger: PlanLedger

  /// The claim of a segment that builds an index under a name that others could give too.
  init?(_ work: Segment.Work, id: PlanID, ledger: PlanLedger) {
    guard case .buildIndex(let index, _, _, _) = work,
      !index.name.hasPrefix("djogi_\(id.rawValue)_")
    else { return nil }
    (self.index, self.id, self.ledger) = (index, id, ledger)
  }

  /// Writes the name down.
  ///
  /// - Throws: `PostgresError` with SQLSTATE 42P07 where something else bears it.
  func take(at step: StepKind, on connection: PostgresConnection) async throws {
    if try await isTaken(on: connection) { return }
    try await Self.requireFree(index, on: connection)
    try await ledger.record(
      .indexBegun, of: id, step: step, detail: index.quoted, on: connection)
  }

  /// Whether the plan has written it down.
  func isTaken(on connection: PostgresConnection) async throws -> Bool {
    try await ledger.hasBegun(index, of: id, on: connection)
  }

  /// Refuses a name that a relation bears.
  static func requireFree(
    _ index: QualifiedName, on connection: PostgresConnection
  ) async throws {
    let isFree: Bool = try await connection.query(
      "SELECT pg_catalog.to_regclass(\(index.quoted)) IS NULL"
    ).only().decode(0)
    guard !isFree else { return }
    throw PostgresError.server(
      ServerError(
        message: "relation \(index) already exists, and is not the index that is to be built",
        sqlState: .duplicateTable))
  }
}
