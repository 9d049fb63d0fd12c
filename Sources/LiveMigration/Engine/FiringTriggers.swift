internal import Postgres
internal import SchemaChange

/// The application's triggers that will fire for backfilled rows: all, where the role may not silence them.
///
/// What is silenced fires in replica mode, as in a replica's apply process: all the same those that are enabled `ALWAYS`,
/// and those that are enabled for that mode (manual, ALTER TABLE, ENABLE REPLICA TRIGGER).
enum FiringTriggers {
  /// Their names with their tables', in order.
  ///
  /// Only rows of the catalogue are read, so that a plan is shown also while somebody has its table locked.
  static func of(
    _ plan: LivePlan?, settings: LiveSettings, on connection: PostgresConnection
  ) async throws -> [String] {
    let tables = (plan?.steps ?? []).flatMap { step -> [String] in
      guard case .backfillChunked(let backfills) = step.parameters else { return [] }
      return backfills.map(\.table.quoted)
    }
    guard !tables.isEmpty else { return [] }
    let isSilenced = try await BackfillSurroundings(settings: settings)
      .maySilenceTriggers(on: connection)
    let rows = try await connection.query(
      """
      WITH RECURSIVE tree AS (
        SELECT to_regclass(name)::oid AS oid FROM unnest(\(tables)) AS name
        UNION SELECT inhrelid FROM tree JOIN pg_inherits ON inhparent = tree.oid
      )
      SELECT t.tgname::text AS trigger, n.nspname::text AS schema, c.relname::text AS name
      FROM tree JOIN pg_class AS c USING (oid) JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_trigger AS t ON t.tgrelid = c.oid
      WHERE (NOT t.tgisinternal OR (t.tgparentid <> 0 AND t.tgconstraint = 0)) AND t.tgtype::int & \(Self.onUpdate) <> 0
        AND t.tgenabled::text = ANY (\(isSilenced ? ["A", "R"] : ["A", "O"]))
        AND NOT starts_with(t.tgname::text, \(HookName.prefix))
      """)
    return try rows.map { row in
      let table = QualifiedName(
        schema: try row.decode("schema", as: String.self), name: try row.decode("name"))
      return "\(try row.decode("trigger", as: String.self)) on \(table)"
    }.sorted()
  }

  /// The bit of `tgtype` that `UPDATE` has (`pg_trigger.h`).
  private static let onUpdate: Int32 = 16
}
