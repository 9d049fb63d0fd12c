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
    let passes = Set(plan.steps.flatMap(\.body.gates).compactMap(\.pass?.backfill))
    var remarks = plan.steps.flatMap(\.body.backfills).filter(\.isStatement).map { backfill in
      batches(backfill, isRepeated: passes.contains(backfill))
    }
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
    remarks += try await ShapeRemarks.of(plan, facts, on: connection)
    return remarks
  }

  /// Says when the rows of a statement are chosen, what becomes of those that clients write later, and what revert
  /// cannot bring back.
  private static func batches(_ backfill: TableBackfill, isRepeated: Bool) -> String {
    let later =
      isRepeated
      ? "the gate counts what it chooses then, and changes it too until nothing is left"
      : "rows that clients write later are left as they are"
    return switch backfill.work {
    case .set:
      "the UPDATE of \(backfill.table) is made in batches: a row is judged when its batch comes; \(later); revert "
        + "does not bring back what was overwritten"
    case .delete:
      "the DELETE of \(backfill.table) is made in batches: a row is judged when its batch comes; \(later); revert "
        + "does not bring back what was deleted"
    case .take:
      "a statement is made in batches of the rows that \(backfill.table) lists: they are chosen once, when the list is "
        + "made; \(later); revert does not take back what the batches wrote"
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
