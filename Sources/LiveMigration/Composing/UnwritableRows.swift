internal import Postgres
internal import SchemaChange

/// Refuses to fill tables that hold rows which no `UPDATE` can touch.
///
/// The server checks a row's constraints whenever the row changes, in whichever column, but a rewrite of the table by
/// `ALTER TABLE` does not. Rows break a check that was added `NOT VALID`, or whose function means something else than when
/// they were written (PostgreSQL 15 manual, CREATE TABLE, "CHECK", and ALTER TABLE, "ADD table_constraint [ NOT VALID ]").
struct UnwritableRows: Sendable {
  let context: PlanningContext
  /// All changes of the migration.
  let changes: [Change]
  /// What the tables of a later part are in the database; `nil` where the part is the first.
  var origins: TableOrigins?

  /// How long the server may look for such a row, in milliseconds; a table that takes longer is not known to have one.
  private static let patience = 3000

  /// Looks at the tables that the steps of a part fill.
  ///
  /// - Throws: `EngineError.cannotStage` when one of them has such rows, or may have.
  func refuse(
    _ steps: [PlanStep], of range: Range<Int>, on connection: PostgresConnection
  ) async throws {
    let filled = Set(steps.flatMap(\.filledTables))
    for table in context.facts.tables.values where filled.contains(table.name) {
      guard let filling = range.first(where: { fills(table, changes[$0]) }) else { continue }
      if let reason = try await obstacle(table, range.lowerBound..<filling, on: connection) {
        throw context.cannotStage(changes[filling], reason)
      }
      // A check that comes later in the file comes after the rows are filled, in a window of its own.
      for change in changes[filling..<range.upperBound] {
        guard let check = added(to: table, by: change),
          let row = try await row(of: table, breaking: check, on: connection)
        else { continue }
        throw context.cannotStage(
          change, "it would bind rows that break it (\(row)) before the plan has filled them")
      }
    }
  }

  private func fills(_ table: TableFacts, _ change: Change) -> Bool {
    switch change.operation {
    case .alterColumnType, .addColumn:
      change.mentions.contains { context.facts.table($0)?.oid == table.oid }
    default: false
    }
  }

  private func obstacle(
    _ table: TableFacts, _ before: Range<Int>, on connection: PostgresConnection
  ) async throws -> String? {
    if let (check, function) = try await replacedFunction(
      table, before: before.upperBound, on: connection)
    {
      return
        "the check \(check) of \(table.name) calls \(function), which this file changes, so that rows may "
        + "break it that no backfill could then touch; change the function in a migration of its own"
    }
    let askable = try await askableChecks(table, on: connection)
    let checks = table.constraints.filter {
      $0.kind == .check && !$0.validated && $0.enforced && askable.contains($0.name)
    }.map { (name: $0.name, definition: $0.definition) }
    let new = changes[before].compactMap { change in
      added(to: table, by: change).map { (name: "of line \(change.location.line)", definition: $0) }
    }
    for check in checks + new {
      guard let row = try await row(of: table, breaking: check.definition, on: connection) else {
        continue
      }
      return
        "rows of \(table.name) break the check \(check.name), which is NOT VALID, and no backfill could touch "
        + "them (\(row)); change or delete them first"
    }
    return nil
  }

  /// The checks that run no code of another role: who owns a table may have put anything into a function of its checks.
  private func askableChecks(
    _ table: TableFacts, on connection: PostgresConnection
  ) async throws -> Set<String> {
    let original = origins.map { $0.table(table.name)?.original?.quoted } ?? table.name.quoted
    let asked = Set(table.constraints.map(\.name))
    let found = try await connection.transaction(.snapshot) { @Sendable connection in
      try await connection.script("SET LOCAL search_path TO pg_catalog")
      let rows = try await connection.query(
        """
        SELECT c.conname::text AS name, t.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
          OR NOT EXISTS (
            SELECT FROM pg_depend AS d WHERE d.classid = 'pg_constraint'::regclass AND d.objid = c.oid
              AND d.refclassid <> 'pg_class'::regclass AND d.refobjid >= 16384) AS askable
        FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
        WHERE c.contype = 'c' AND c.conrelid = pg_catalog.to_regclass(\(original))::oid
        """)
      return try rows.filter { try !$0.decode("askable", as: Bool.self) }
        .map { try $0.decode("name", as: String.self) }
    }
    // What is not there yet is the file's own, unless the file renames one of them.
    let others = Set(found)
    return others.isSubset(of: asked) ? asked.subtracting(others) : []
  }

  /// The definition of a check that a change adds to a table without looking at its rows.
  private func added(to table: TableFacts, by change: Change) -> String? {
    guard case .addConstraint(let add) = change.operation, add.notValid, add.enforced,
      case .check = add.kind, context.facts.table(add.table)?.oid == table.oid
    else { return nil }
    return add.definition
  }

  /// A row that does not satisfy a check; `nil` where none is found in time.
  private func row(
    of table: TableFacts, breaking check: String, on connection: PostgresConnection
  ) async throws -> String? {
    guard let query = query(table, check) else { return nil }
    do {
      return try await connection.transaction(.snapshot) { connection in
        try await connection.script(
          "SET LOCAL lock_timeout TO '1s'; SET LOCAL statement_timeout TO \(Self.patience)")
        return try await connection.query(SQL(raw: query)).first?.decode(0, as: String.self)
      }
    } catch let error as PostgresError where error.serverError != nil {
      // It took too long, may not be read, or the file makes what the condition names only later.
      return nil
    }
  }

  /// The query for such a row, by the names that the database has; `nil` where the file makes what it reads.
  private func query(_ table: TableFacts, _ check: String) -> String? {
    let alias = Quoting.identifier(table.name.name)
    guard let origins else {
      guard let condition = try? ConstraintDefinition(check).checkExpression else { return nil }
      return
        "SELECT \(table.rowName(alias)) FROM \(table.name) AS \(alias) WHERE (\(condition)) IS FALSE LIMIT 1"
    }
    guard let origin = origins.table(table.name), let original = origin.original,
      let definition = try? ConstraintDefinition(check).sql(
        renaming: origin.columns.filter { $0.key != $0.value }, table: table.name),
      let condition = try? ConstraintDefinition(definition).checkExpression
    else { return nil }
    return "SELECT ctid::text FROM \(original) AS \(alias) WHERE (\(condition)) IS FALSE LIMIT 1"
  }

  /// A check of the table, and the function in it that an earlier change of the file replaces.
  private func replacedFunction(
    _ table: TableFacts, before end: Int, on connection: PostgresConnection
  ) async throws -> (check: String, function: String)? {
    let replaced = (0..<end).reduce(into: Set<String>()) { names, index in
      guard case .other(let other) = changes[index].operation, other.kind == .createFunction else {
        return
      }
      names.formUnion(context.effects[index].rebinds)
    }
    guard !replaced.isEmpty else { return nil }
    let names = (table.tree.map(\.name.name) + [origins?.table(table.name)?.original?.name])
      .compactMap(\.self).sorted()
    let rows = try await connection.transaction(.snapshot) { @Sendable connection in
      try await connection.script("SET LOCAL search_path TO pg_catalog")
      return try await connection.query(
        """
        SELECT c.conname::text, p.proname::text FROM pg_constraint AS c
          JOIN pg_depend AS d ON d.classid = 'pg_constraint'::regclass AND d.objid = c.oid
          JOIN pg_proc AS p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
        WHERE c.contype = 'c' AND c.conrelid IN (SELECT oid FROM pg_class WHERE relname = ANY (\(names)))
        ORDER BY 1, 2
        """)
    }
    for row in rows {
      let (check, function) = (
        try row.decode(0, as: String.self), try row.decode(1, as: String.self)
      )
      let reached = try await ReachableNames.of([function], on: connection)
      if !reached.isDisjoint(with: replaced) { return (check, function) }
    }
    return nil
  }
}

extension PlanStep {
  /// The tables that it fills for the plan itself, other than by a statement of the migration.
  fileprivate var filledTables: [QualifiedName] {
    guard case .backfills(let backfills) = body else { return [] }
    return backfills.filter { !$0.isStatement }.map(\.table)
  }
}
