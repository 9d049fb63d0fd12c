internal import Postgres

/// What an `UPDATE`, a `DELETE` or an `INSERT` asks of the server.
extension BatchProbe {
  mutating func askRows(_ connection: isolated PostgresConnection) async throws {
    let statement = try RowStatement.read(sql)
    guard let key = table.rowKey else {
      add("the table has no key that tells its rows apart")
      return
    }
    rows.columns = key
    let written = Set(statement.columns)
    if !facts.reads.isDisjoint(with: table.tree.map(\.oid)) {
      readsWhatItChanges()
    }
    let inbound = table.tree.flatMap(\.inboundForeignKeys)
    switch kind {
    case .delete:
      let takesAlong = inbound.contains { ForeignKeyActions($0.definition).onDelete }
      if takesAlong, !facts.reads.isSubset(of: table.tree.map(\.oid)) {
        readsWhatItChanges()
        isRepeatable = false
      }
    default:
      if inbound.contains(where: { !written.isDisjoint(with: $0.referencedColumns) }) {
        add("it changes a key that other tables reference")
      }
      let unique = table.tree.flatMap(\.indexes).filter(\.unique)
      if let index = unique.first(where: { !written.isDisjoint(with: $0.columns) }) {
        add("it changes a column of the unique index \(index.name.name), which may refuse a part")
      }
      if table.tree.contains(where: {
        $0.constraints.contains {
          $0.kind == .exclusion
            && !written.isDisjoint(with: $0.columns)
        }
      }) {
        add("it changes a column of an exclusion constraint, which may refuse a part")
      }
      if table.tree.contains(where: { !written.isDisjoint(with: $0.partitionKeyColumns) }) {
        add("it moves rows between partitions")
      }
    }
    try await askCondition(statement, connection)
    let values = try statement.values()
    for value in values { try await ask(value, connection) }
    if rows.isChecked {
      isRepeatable = try await isSettledByOneRun(statement, connection)
      if kind == .update, !isRepeatable {
        add(
          "it reads other rows of the table that it changes, and some would be changed already")
        facts.isHelpedByOnce = facts.obstacles.count == 1
      }
    }
    if rows.isFixed {
      if isOnce { isRepeatable = false }
      rows.constants = values.filter { !$0.isAlone || rows.constants.contains($0.column) }
        .map(\.column)
    }
    if facts.obstacles.isEmpty { try await tryChange(statement.table, connection) }
  }

  /// Whether a second run of a statement that reads its own table would find nothing to do.
  private func isSettledByOneRun(
    _ statement: RowStatement, _ connection: isolated PostgresConnection
  ) async throws -> Bool {
    // What a view makes of the rows is not known.
    let others = try await reached(statement.read.subtracting([statement.table]), connection)
    guard isRepeatable, others.isDisjoint(with: table.tree.map(\.oid)) else { return false }
    guard kind == .update else { return statement.isPlainJoin }
    let chosen = try await columns(of: try statement.query("1 AS one", choosing: true), connection)
    return chosen.isDisjoint(with: statement.columns)
  }

  /// Tries the change of taken rows on an empty copy of the table; what the server refuses is thrown.
  private func tryChange(
    _ written: QualifiedName, _ connection: isolated PostgresConnection
  ) async throws {
    let list = QualifiedName(schema: "pg_temp", name: BatchedRows.taken)
    guard let listing = try rows.listing(sql, into: list).first else { return }
    try await connection.execute("\(raw: listing) WITH NO DATA")
    let clone = QualifiedName(schema: "pg_temp", name: table.name.name)
    try await connection.execute(
      "CREATE TEMP TABLE \(identifier: clone.name) (LIKE \(identifier: table.name))")
    let change = try StatementRewriter.retargeting(
      [try rows.naming(sql), try rows.change(sql)].compactMap(\.self).joined(separator: " "),
      relations: [written: clone])
    try await connection.execute("EXPLAIN \(raw: change)")
  }

  private mutating func askCondition(
    _ statement: RowStatement, _ connection: isolated PostgresConnection
  ) async throws {
    if let text = try statement.conditionText() {
      try noteSystemColumns(text, "its condition")
    }
    let chosen = try statement.query("1 AS one", choosing: true)
    for function in try await functions(of: chosen, connection) where !function.isSettled {
      addPassing(
        "its condition calls \(function.name)(), which may say something else for each batch")
    }
  }

  private mutating func ask(
    _ value: RowStatement.Value, _ connection: isolated PostgresConnection
  ) async throws {
    let query = try RowStatement.read(sql).query("(\(value.expression)) AS one", choosing: false)
    let functions = try await functions(of: query, connection)
    for function in functions where !function.isSettled && !function.isFree {
      addPassing(
        "the new value of \(value.column) comes from \(function.name)(), which may read anything")
      if isOnce { rows.constants.append(value.column) }
    }
    if functions.contains(where: { $0.name == "nextval" }) { rows.inOrder = true }
    if !functions.allSatisfy(\.isSettled) { isRepeatable = false }
    let own = try await columns(of: query, connection)
    if !own.isDisjoint(with: try RowStatement.read(sql).columns) { isRepeatable = false }
    let surroundings = try await ConversionProbe.obstacles(value.expression, table, connection)
    guard !surroundings.isEmpty else { return }
    if value.isAlone, functions.allSatisfy(\.isSettled) {
      // One moment for all rows, as in one statement.
      rows.constants.append(value.column)
      isRepeatable = false
    } else {
      for obstacle in surroundings { addPassing(obstacle) }
    }
  }

  private mutating func noteSystemColumns(_ expression: String, _ whose: String) throws {
    let read = try? SurroundingsRead(
      expression, table: table.name.name, columns: Set(table.columns.map(\.name)))
    for column in read?.systemColumns ?? [] {
      addPassing("\(whose) reads \(column), which tells where a row lies or who wrote it")
    }
  }

  mutating func askInsert(
    _ named: [String], _ connection: isolated PostgresConnection
  ) async throws {
    let list = QualifiedName(schema: "pg_temp", name: "djogi_list")
    let all = named.isEmpty ? table.columns.map(\.name) : named
    for count in (named.isEmpty ? 1 : all.count)...max(all.count, 1) where count <= all.count {
      rows.columns = Array(all.prefix(count))
      let statements = try rows.listing(sql, into: list).dropLast()
      guard let fill = statements.last else { return }
      let fits = try await connection.attempt { connection in
        for statement in statements.dropLast() { try await connection.execute(SQL(raw: statement)) }
        try await connection.execute("EXPLAIN \(raw: fill)")
      }
      if fits {
        if let source = try? RowStatement.read(sql).source() {
          let functions = try await functions(
            of: "SELECT true AS one FROM (\(source)) AS djogi_new", connection)
          if !functions.allSatisfy(\.isSettled) { isRepeatable = false }
        }
        rows.notNull = rows.columns.filter { table.column($0)?.notNull == true }
        rows.inOrder = true
        return
      }
    }
    add("its query cannot be tried on the server")
  }
}
