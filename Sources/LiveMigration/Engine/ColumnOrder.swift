internal import Postgres
internal import SchemaChange

/// What changes for those who write a table by position: the column that takes another's place is the table's last.
struct ColumnOrder: Sendable {
  let table: TableFacts
  let column: String

  /// The code of the database that goes by the order of columns which a plan changes, each with the table.
  static func writers(
    of plan: LivePlan, _ facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> [String] {
    var found: Set<String> = []
    for hook in plan.hooks where hook.shadow != hook.column {
      guard let table = facts.tables.values.first(where: { $0.name == hook.table }),
        table.columns.last?.name != hook.column
      else { continue }
      let order = ColumnOrder(table: table, column: hook.column)
      for writer in try await order.writers(on: connection) {
        found.insert("\(writer) and \(table.name)")
      }
    }
    return found.sorted()
  }

  /// What an operator should know; `nil` where the column is the last one as it is.
  func remark(on connection: PostgresConnection) async throws -> String? {
    guard table.columns.last?.name != column else { return nil }
    let writers = try await writers(on: connection)
    let name = "\(table.name).\(Quoting.identifier(column))"
    return
      "COLUMN ORDER: \(name) becomes the last column. Who writes \(table.name) by position (INSERT or COPY "
      + "without a list of columns, NEW.*) fails while the plan is under way, and after its end PUTS VALUES INTO "
      + "THE WRONG COLUMNS, without an error where the types allow it; write the columns' names there first"
      + (writers.isEmpty
        ? "" : ". Their text says that these do it: " + writers.joined(separator: ", "))
  }

  /// The functions whose text has whole rows, or writes the table without naming columns.
  ///
  /// A text is no proof: a function may build its statements, and a comment may hold one.
  private func writers(on connection: PostgresConnection) async throws -> [String] {
    let name = table.name.name.map { $0.isLetter || $0.isNumber ? String($0) : "\\" + String($0) }
      .joined()
    let target = "(\"?[[:alnum:]_$]+\"?\\s*\\.\\s*)?\"?\(name)\"?"
    let positional =
      "(insert\\s+into\\s+\\S+\\s+select\\s+\\*\\s+from\\s+\(target)|insert\\s+into\\s+\(target)\\s*(values|select|table|overriding)|copy\\s+\(target)\\s+(from|to))"
    let wholeRows = "\\m(new|old)\\s*\\)?\\s*\\.\\s*\\*"
    let rows = try await connection.query(
      """
      SELECT DISTINCT p.oid::regprocedure::text FROM pg_catalog.pg_proc AS p
      WHERE p.prolang <> ALL (SELECT oid FROM pg_catalog.pg_language WHERE lanname IN ('internal', 'c'))
        AND NOT starts_with(p.proname, 'djogi_')
        AND (p.prosrc ~* \(positional)
          OR p.prosrc ~* \(wholeRows) AND EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
            WHERE t.tgfoid = p.oid AND t.tgrelid = ANY (\(table.tree.map { String($0.oid) })::oid[])))
      ORDER BY 1 LIMIT 20
      """)
    return try rows.map { try $0.decode(0) }
  }
}
