internal import Postgres

extension ConversionProbe {
  /// What the server says of an `UPDATE` or a `DELETE` that is to be made in parts.
  static func update(
    _ update: RowUpdate, _ table: TableFacts, _ connection: PostgresConnection
  ) async throws -> ConversionFacts? {
    do {
      try await connection.transaction { connection in
        try await connection.limitWaiting()
        throw Enough(facts: try await ask(update, table, connection))
      }
    } catch let enough as Enough {
      return enough.facts
    }
    return nil
  }

  private static func ask(
    _ update: RowUpdate, _ table: TableFacts, _ connection: isolated PostgresConnection
  ) async throws -> ConversionFacts {
    var facts = ConversionFacts()
    facts.obstacles = obstacles(update, table)
    for expression in update.expressions {
      for obstacle in try await obstacles(expression, table, connection)
      where !facts.obstacles.contains(obstacle) {
        facts.obstacles.append(obstacle)
      }
    }
    let rules: Bool = try await connection.query(
      """
      SELECT EXISTS (SELECT FROM pg_catalog.pg_rewrite
        WHERE ev_class = \(table.name.quoted)::regclass AND ev_type = \(update.deletes ? "4" : "2"))
      """
    ).only().decode(0)
    if update.deletes, try await table.referencesItself(connection) {
      facts.obstacles.append("the table references itself")
    }
    if rules { facts.obstacles.append("a rule of \(table.name) rewrites it") }
    let clone = QualifiedName(schema: "pg_temp", name: table.name.name)
    try await connection.execute(
      "CREATE TEMP TABLE \(identifier: clone.name) (LIKE \(identifier: table.name))")
    guard let condition = condition(update, table) else { return facts }
    // What an assignment refuses, a cast in the condition may let pass.
    let assignments = update.assignments.map { assignment -> SQL in
      "\(identifier: assignment.column) = \(raw: assignment.expression)"
    }.joined()
    let verb: SQL =
      update.deletes
      ? "DELETE FROM \(identifier: clone)"
      : "UPDATE \(identifier: clone) SET \(sql: assignments)"
    try await connection.execute("EXPLAIN \(sql: verb) WHERE \(raw: condition)")
    // The server lets an index hold only what depends on nothing but the row.
    let isImmutable = try await connection.attempt { connection in
      try await connection.execute(
        "CREATE INDEX ON \(identifier: clone) ((CASE WHEN \(raw: condition) THEN 1 END))")
    }
    if !isImmutable {
      facts.obstacles.append(
        "its expressions may give something else in another transaction or under other settings")
    }
    facts.condition = condition
    facts.searchPath = try await CatalogueReader.searchPath(on: connection)
    return facts
  }

  /// The rows that the statement chooses and that do not hold yet, byte by byte, what it sets.
  private static func condition(_ update: RowUpdate, _ table: TableFacts) -> String? {
    if update.deletes { return update.condition.map { "(\($0))" } ?? "true" }
    var held: [String] = []
    var given: [String] = []
    for assignment in update.assignments {
      guard let column = table.column(assignment.column) else { return nil }
      held.append(Quoting.identifier(column.name))
      given.append("(\(assignment.expression))::\(column.type)")
    }
    let differs =
      "ROW(\(held.joined(separator: ", ")))::record OPERATOR(pg_catalog.*<>) "
      + "ROW(\(given.joined(separator: ", ")))::record"
    // A new value is computed only for rows that are chosen: for others it may be an error.
    return update.condition.map { "CASE WHEN (\($0)) THEN \(differs) ELSE false END" } ?? differs
  }

  /// Why the statement cannot be made in parts, each in a sentence.
  private static func obstacles(_ update: RowUpdate, _ table: TableFacts) -> [String] {
    var found: [String] = []
    let written = Set(update.columns)
    let own = update.columnsThatBuildOnThemselves
    if !own.isEmpty {
      found.append(
        "the new value of \(own.joined(separator: ", ")) is computed from columns that it sets, so that a row "
          + "that is reached twice would be changed twice")
    }
    if table.kind == .table, !table.partitions.isEmpty {
      found.append("other tables inherit the table")
    }
    if table.tree.contains(where: { $0.kind != .table && $0.kind != .partitioned }) {
      found.append("\(table.name) is no plain table")
    }
    if update.deletes {
      // A trigger that keeps a row would meet it again in each pass; a list of rows brings it once.
      if table.tree.flatMap(\.triggers).contains(where: { $0.enabled != "D" }) {
        found.append("a trigger sees its rows go")
      }
      return found
    }
    let triggers = table.tree.flatMap(\.triggers).filter {
      $0.firesOnUpdate && $0.enabled != "D" && !$0.inherited
    }
    if let trigger = triggers.first {
      found.append(
        "the trigger \(trigger.name) would not fire for rows that hold the new value already, as it does in one statement"
      )
    }
    let isMoved = table.tree.contains { !written.isDisjoint(with: $0.partitionKeyColumns) }
    if isMoved { found.append("it moves rows between partitions") }
    let isReferenced = table.tree.flatMap(\.inboundForeignKeys).contains {
      !written.isDisjoint(with: $0.referencedColumns)
    }
    if isReferenced { found.append("it changes a key that other tables reference") }
    return found
  }
}
