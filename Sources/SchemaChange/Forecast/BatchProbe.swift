internal import Postgres

/// Learns how a statement can be cut into a list of its rows and their change.
///
/// Each row is changed once, so the statement may build on what it changes. What it reads besides must be the same in
/// each batch.
struct BatchProbe: Sendable {
  let sql: String
  let table: TableFacts
  let kind: BatchedRows.Kind
  var facts = ConversionFacts()

  /// Whether the rows of the start are accepted, whatever clients write later.
  let isOnce: Bool
  var rows: BatchedRows
  /// Whether a second run does nothing to what the first has done.
  var isRepeatable = true

  init(_ change: Change, _ table: TableFacts, _ kind: BatchedRows.Kind) {
    sql = change.sql
    isOnce = change.isOnce
    self.table = table
    self.kind = kind
    rows = BatchedRows(kind: kind, columns: [])
  }

  mutating func ask(_ connection: isolated PostgresConnection) async throws {
    let statement = try RowStatement.read(sql)
    try await askTable(connection)
    facts.reads = try await reached(statement.read, connection)
    if kind == .update { facts.written = Set(statement.columns) }
    if kind == .insert {
      try await askInsert(statement.columns, connection)
    } else {
      try await askRows(connection)
    }
    facts.searchPath = try await CatalogueReader.searchPath(on: connection)
    guard facts.obstacles.isEmpty else { return }
    if isRepeatable { facts.remaining = try await remaining(connection) }
    facts.batches = rows
  }

  /// Notes that the statement reads what it changes, or takes along: all is decided by one snapshot then, and rows that
  /// clients have changed since are looked at once more at the end.
  mutating func readsWhatItChanges() {
    rows.isFixed = true
    rows.isChecked = !isOnce
  }

  /// The query over the rows that clients have added to what the statement has to do, where the server takes it.
  private func remaining(_ connection: isolated PostgresConnection) async throws -> String? {
    let types = table.columns.map { ($0.name, $0.type) }
    guard
      let query = try? rows.remaining(sql, types: Dictionary(types) { first, _ in first }),
      try await ConversionProbe.succeeds("EXPLAIN \(raw: query)", connection)
    else { return nil }
    return query
  }

  /// Notes what stands in the way of parts, and not of values that are computed once, with the list.
  mutating func addPassing(_ obstacle: String) {
    guard !isOnce else {
      rows.isFixed = true
      return
    }
    if facts.obstacles.isEmpty { facts.isHelpedByOnce = true }
    if !facts.obstacles.contains(obstacle) { facts.obstacles.append(obstacle) }
  }

  /// Notes what stands in the way.
  mutating func add(_ obstacle: String) {
    facts.isHelpedByOnce = false
    if !facts.obstacles.contains(obstacle) { facts.obstacles.append(obstacle) }
  }
}

// MARK: - The table

extension BatchProbe {
  /// What hangs on the table and would notice that its rows change in parts.
  fileprivate mutating func askTable(_ connection: isolated PostgresConnection) async throws {
    if table.tree.contains(where: { $0.kind != .table && $0.kind != .partitioned }) {
      add("\(table.name) is no plain table")
    }
    if table.kind == .table, !table.partitions.isEmpty { add("other tables inherit the table") }
    // As pg_trigger.tgtype and pg_rewrite.ev_type number them.
    let (event, rule) =
      ["insert": (4, "3"), "delete": (8, "4"), "update": (16, "2")][
        kind.rawValue] ?? (16, "2")
    let rules: Bool = try await connection.query(
      """
      SELECT EXISTS (SELECT FROM pg_catalog.pg_rewrite
        WHERE ev_class = \(table.name.quoted)::regclass AND ev_type = \(rule))
      """
    ).only().decode(0)
    if rules { add("a rule of \(table.name) rewrites it") }
    let triggers = try await connection.query(
      """
      SELECT tgname::text, tgtype::int & 3 = 3 AS is_before_row FROM pg_catalog.pg_trigger
      WHERE tgrelid = ANY (\(table.tree.map { String($0.oid) })::oid[]) AND NOT tgisinternal
        AND tgenabled <> 'D' AND tgtype::int & \(Int32(event)) <> 0 ORDER BY 1
      """)
    for trigger in triggers {
      if try trigger.decode(1) {
        rows.inOrder = true
        // It may keep a row as it was, which would then be chosen for ever.
        isRepeatable = false
      } else {
        let name: String = try trigger.decode(0)
        add("the trigger \(name) sees all rows of the statement at once, and would see parts")
      }
    }
    if kind == .delete, try await table.referencesItself(connection) {
      add("the table references itself, so that a part may be refused or take rows along")
    }
  }
}
