internal import Postgres
internal import SchemaChange

/// What must not be planned or applied beside another plan.
extension LiveEngine {
  /// Refuses what must not happen while another plan of an application is under way, forth or back.
  func checkBucket(
    _ app: String, besides id: PlanID? = nil, on connection: PostgresConnection
  ) async throws {
    if let other = try await ledger.unfinished(
      database: database.rawValue, app: app, besides: id, on: connection)
    {
      throw EngineError.unfinishedPlan(
        other.planID, other.status, next: try await next(for: other, on: connection))
    }
    if let other = try await ledger.halfReverted(
      database: database.rawValue, app: app, besides: id, on: connection)
    {
      throw EngineError.halfReverted(other)
    }
  }

  /// Refuses a migration that is about a table which another plan changes, or which still has what one added.
  ///
  /// Such a plan carries over what was there when it was made; its hook knows the columns by the names of that time. The
  /// catalogue tells of what was added, whichever workspace has the plan's file; of a plan that has not begun, its row.
  func checkTables(
    of changes: [Change], _ facts: CatalogueFacts, app: String, on connection: PostgresConnection
  ) async throws {
    let tables = Set(changes.flatMap(\.mentions)).compactMap { facts.table($0) }
    for object in try await PlanObject.all(on: tables, connection) {
      try await refuse(object, on: connection)
    }
    let names = Set(tables.map(\.name))
    let source = PlanSource(workspace: workspace, ledger: ledger)
    for other in try await ledger.unfinished(
      database: database.rawValue, besidesApp: app, on: connection)
    {
      let plan = try await source.glance(other, on: connection)
      guard let table = plan?.hooks.map(\.table).first(where: names.contains) else { continue }
      throw EngineError.tableInPlan(
        table, other.planID, other.status, next: try await next(for: other, on: connection))
    }
  }

  private func refuse(_ object: PlanObject, on connection: PostgresConnection) async throws {
    guard let row = try await ledger.row(object.plan, on: connection) else {
      guard object.isHook else { return }
      throw EngineError.ledger(
        .unknownHook(object.table, object.plan, schema: ledger.tables.schema))
    }
    switch row.status {
    case .complete: return
    case .abandoned, .failed:
      // Once its migration is applied in another way, what it added can no longer be told from that.
      let isApplied = try await ledger.knows(
        row.originatingMigration, app: row.appLabel, on: connection)
      guard !isApplied else { return }
      let source = PlanSource(workspace: workspace, ledger: ledger)
      let plan = try await source.glance(row, on: connection)
      throw EngineError.ledger(
        .leftBehind(
          object.table, row.planID, row.status, object: object.name, canRevert: plan != nil))
    default:
      guard object.isHook else { return }
      throw EngineError.tableInPlan(
        object.table, row.planID, row.status, next: try await next(for: row, on: connection))
    }
  }
}

/// Something that a plan added to a table, told by its name.
private struct PlanObject {
  let table: QualifiedName
  let name: String
  let plan: PlanID
  /// Whether it is the trigger that keeps columns in step.
  let isHook: Bool

  /// What plans added to tables and still bears its first name, hooks first.
  static func all(
    on tables: [TableFacts], _ connection: PostgresConnection
  ) async throws -> [PlanObject] {
    let rows = try await connection.query(
      """
      SELECT named.id, named.name, (pg_catalog.regexp_match(named.name, \(namePattern)::text))[1] AS plan,
        named.is_hook
      FROM (
        SELECT tgrelid AS id, tgname::text AS name, true AS is_hook FROM pg_catalog.pg_trigger
          WHERE NOT tgisinternal
        UNION ALL SELECT conrelid, conname::text, false FROM pg_catalog.pg_constraint
        UNION ALL SELECT i.indrelid, c.relname::text, false
          FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
      ) AS named
      WHERE named.id = ANY (\(tables.map { String($0.oid) })::oid[])
        AND named.name ~ \(namePattern)::text
      ORDER BY named.is_hook DESC, named.id, named.name
      """)
    return try rows.compactMap { row in
      let id: UInt32 = try row.decode("id")
      let plan: String = try row.decode("plan")
      guard let plan = PlanID(plan), let table = tables.first(where: { $0.oid == id }) else {
        return nil
      }
      return PlanObject(
        table: table.name, name: try row.decode("name"), plan: plan,
        isHook: try row.decode("is_hook"))
    }
  }

  private static let namePattern = "^(?:zzzz_)?djogi_([0-9]+)_"
}
