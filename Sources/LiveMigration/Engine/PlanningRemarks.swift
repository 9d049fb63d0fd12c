internal import Postgres
internal import SchemaChange

/// What an operator should know of a plan that can be made all the same.
enum PlanningRemarks {
  /// Says what becomes of the order of columns, and of upserts, and names the publications that send a shadow column to subscribers, who may lack it.
  ///
  /// A subscriber that lacks a published column stops with an error, and its slot keeps WAL from then on (manual,
  /// section 31.6: the schema is not replicated). A publication with a column list does not send the shadow.
  static func of(
    _ plan: LivePlan, _ facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> [String] {
    var remarks = plan.steps.flatMap(\.body.backfills).filter(\.isStatement).map(batches)
    for hook in plan.hooks {
      let table = facts.tables.values.first { $0.name == hook.table }
      if let table, hook.shadow != hook.column {
        let order = ColumnOrder(table: table, column: hook.column)
        if let remark = try await order.remark(on: connection) { remarks.append(remark) }
        if let remark = upserts(table, hook, plan) { remarks.append(remark) }
      }
      let tree = table?.tree ?? []
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
    if let remark = try await oldShapes(plan, facts, on: connection) { remarks.append(remark) }
    return remarks
  }

  /// How many views and functions a remark names.
  private static let namedAtMost = 8

  /// Names the application's views and functions that read the old shape until the swap, whatever the client's
  /// `search_path`; `nil` where there is none, or no new shape.
  ///
  /// What a function's body reads is not in the catalogue, so that its text is searched for the tables' names.
  private static func oldShapes(
    _ plan: LivePlan, _ facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> String? {
    guard !plan.newShape.isEmpty else { return nil }
    let tables = facts.tables.values.filter { [.table, .partitioned].contains($0.kind) }
    let found: [String] = try await connection.query(
      """
      SELECT 'view ' || rule.ev_class::pg_catalog.regclass::text AS what FROM pg_catalog.pg_depend AS hung
        JOIN pg_catalog.pg_rewrite AS rule ON rule.oid = hung.objid
      WHERE hung.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
        AND hung.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND hung.refobjid = ANY (\(tables.map { String($0.oid) })::pg_catalog.oid[])
        AND rule.ev_class <> hung.refobjid
      UNION SELECT 'function ' || f.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc AS f
        JOIN pg_catalog.pg_language AS l ON l.oid = f.prolang AND l.lanname IN ('sql', 'plpgsql')
      WHERE f.pronamespace::pg_catalog.regnamespace::text NOT IN ('pg_catalog', 'information_schema')
        AND EXISTS (SELECT FROM pg_catalog.unnest(\(tables.map(\.name.name))::text[]) AS name
          WHERE name OPERATOR(pg_catalog.~) '^\\w+$' AND f.prosrc OPERATOR(pg_catalog.~*) ('\\m' || name || '\\M'))
      ORDER BY 1
      """
    ).map { try $0.decode(0) }
    guard !found.isEmpty else { return nil }
    let more =
      found.count > namedAtMost ? " and \(found.count - namedAtMost) more" : ""
    return "until the swap these have the old shape, whatever a client's search_path: "
      + found.prefix(namedAtMost).joined(separator: ", ") + more
  }

  /// Says when the rows of a statement are chosen, and what revert cannot bring back.
  private static func batches(_ backfill: TableBackfill) -> String {
    switch backfill.work {
    case .set:
      "the UPDATE of \(backfill.table) is made in batches: a row is judged when its batch comes, and revert does not "
        + "bring back what was overwritten"
    case .delete:
      "the DELETE of \(backfill.table) is made in batches: a row is judged when its batch comes, and revert does not "
        + "bring back what was deleted"
    case .take:
      "a statement is made in batches of the rows that \(backfill.table) lists: they are chosen once, when the list is "
        + "made, and revert does not take back what the batches wrote"
    }
  }

  /// Says who may meet the plan's own unique indexes.
  private static func upserts(
    _ table: TableFacts, _ hook: Hook, _ plan: LivePlan
  ) -> String? {
    let unique = table.indexes.filter { $0.unique && $0.columns.contains(hook.column) }
    guard !unique.isEmpty else { return nil }
    return
      "upserts (INSERT … ON CONFLICT) into \(table.name) may meet a duplicate key (SQLSTATE 23505) of an index "
      + "djogi_… \(plan.newShape.isEmpty ? "while finalize runs" : "from its build on"), for "
      + unique.map { Quoting.identifier($0.name.name) }.joined(separator: ", ")
      + " and its successor stand side by side then: try such a statement again"
  }
}
