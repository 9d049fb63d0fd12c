internal import Postgres
internal import SchemaChange

/// What an operator should know of a plan that can be made all the same.
enum PlanningRemarks {
  /// Names the publications that send a shadow column to subscribers, who may lack it.
  ///
  /// A subscriber that lacks a published column stops with an error, and its slot keeps WAL from then on (manual,
  /// section 31.6: the schema is not replicated). A publication with a column list does not send the shadow.
  static func of(
    _ plan: LivePlan, _ facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> [String] {
    var remarks: [String] = []
    for hook in plan.hooks {
      let tree = facts.tables.values.first { $0.name == hook.table }?.tree ?? []
      let listed = tree.flatMap(\.publications).filter { $0.columns != nil }.map(\.name)
      let rows = try await connection.query(
        """
        SELECT DISTINCT pubname::text FROM pg_publication_tables AS published
        WHERE (schemaname, tablename) IN (
            SELECT nspname, relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
            WHERE c.oid = ANY (\(tree.map { String($0.oid) })::oid[]))
          AND pubname <> ALL (\(listed)) ORDER BY 1
        """)
      let names = try rows.map { try $0.decode(0, as: String.self) }
      guard !names.isEmpty else { continue }
      remarks.append(
        "\(hook.table) is published by \(names.map(Quoting.identifier).joined(separator: ", ")): a "
          + "subscriber stops once it is sent the column \(Quoting.identifier(hook.shadow)); "
          + "add it there before the run, and drop the old one there after the end")
    }
    return remarks
  }
}
