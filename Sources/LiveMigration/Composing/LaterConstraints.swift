internal import Postgres
internal import SchemaChange

/// Refuses a constraint behind earlier changes of its file that rows break today.
///
/// Its own gate would find them, but only once the earlier changes are done and cannot be taken back. The rows are asked
/// by the names that they have in the database, and what is not known in time is left to the gate.
struct LaterConstraints: Sendable {
  let study: Study
  let session: PlanSession

  /// How long the server may look for such a row, in milliseconds.
  private static let patience = 3000

  private var changes: [Change] { study.verdicts.map(\.change) }

  /// Looks at the rows of each such constraint.
  ///
  /// - Returns: A refusal for each that rows break.
  func refused(_ replay: SchemaReplay, on connection: PostgresConnection) async -> [Verdict] {
    var refused: [Verdict] = []
    for index in study.replayed.sorted() {
      let verdict = study.verdicts[index]
      guard case .addConstraint(let add) = verdict.change.operation, !add.notValid,
        add.usingIndex == nil, !verdict.isRefused, changes[..<index].allSatisfy(\.leavesRows),
        let origins = try? await replay.origins(of: index, of: changes, like: connection),
        let query = try? query(add, origins, before: index),
        let row = await row(query, before: index, on: connection)
      else { continue }
      refused.append(
        Verdict(
          change: verdict.change, classification: .offlineOnly, rule: verdict.rule,
          reason: "rows break it, so that a direct run fails too (\(row))",
          remedy: "change or delete them first", forecast: verdict.forecast,
          warnings: verdict.warnings))
    }
    return refused
  }

  /// The first row that a query names; `nil` where there is none, or none is found in time.
  private func row(
    _ query: String, before index: Int, on connection: PostgresConnection
  ) async -> String? {
    // A function that the file replaces locks no table, and no session sees the new one before it is rolled back.
    let functions = changes[..<index].filter(\.makesFunction)
    do {
      try await connection.transaction { connection in
        try await connection.script(
          "SET LOCAL lock_timeout TO '1s'; SET LOCAL statement_timeout TO \(Self.patience)")
        try await session.set(on: connection)
        for function in functions { try await connection.script(function.sql) }
        // What the rows' condition calls is to look, and no more.
        try await connection.script("SET LOCAL transaction_read_only TO on")
        let row = try await connection.query(SQL(raw: query)).first
        throw Found(row: try row?.decode(0, as: String?.self))
      }
    } catch let found as Found {
      return found.row
    } catch {
      // It took too long, or needs what the file makes.
    }
    return nil
  }

  /// Thrown to leave the transaction without a trace.
  private struct Found: Error {
    let row: String?
  }

  // MARK: - Queries

  private func query(
    _ add: AddConstraint, _ origins: TableOrigins, before index: Int
  ) throws -> String? {
    guard let table = origins.table(add.table), let original = table.original else { return nil }
    let columns = add.columns.compactMap { table.columns[$0] }
    let from = "FROM \(original) AS djogi_row"
    let names = columns.map { "djogi_row.\(Quoting.identifier($0))" }
    if case .unique = add.kind, add.columns.count == 1, hasOneValue(add.columns[0], table, index) {
      return "SELECT 'more than one row has the default' \(from) OFFSET 1 LIMIT 1"
    }
    guard !columns.isEmpty, columns.count == add.columns.count else { return nil }
    let row = zip(columns, names).map {
      "\(Quoting.literal($0 + "=")) || COALESCE(\($1)::text, 'NULL')"
    }
    .joined(separator: " || ', ' || ")
    switch add.kind {
    case .check:
      let alias = Quoting.identifier(table.facts.name.name)
      let definition = try ConstraintDefinition(add.definition).sql(
        renaming: table.columns.filter { $0.key != $0.value }, table: add.table)
      guard let condition = try ConstraintDefinition(definition).checkExpression else { return nil }
      return
        "SELECT \(row.replacing("djogi_row.", with: alias + ".")) FROM \(original) AS \(alias) "
        + "WHERE (\(condition)) IS FALSE LIMIT 1"
    case .foreignKey(_, let references, let referenced):
      guard let target = origins.table(references) else { return nil }
      let present = names.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
      // The file makes it, and puts no rows into it.
      guard let other = target.original else {
        return "SELECT \(row) \(from) WHERE \(present) LIMIT 1"
      }
      let key = target.facts.constraints.first { $0.kind == .primaryKey }?.columns ?? []
      let keys = (referenced.isEmpty ? key : referenced).compactMap { target.columns[$0] }
      guard keys.count == names.count else { return nil }
      let pairs = zip(names, keys).map { "\($0) = djogi_key.\(Quoting.identifier($1))" }
      return
        "SELECT \(row) \(from) WHERE \(present) AND NOT EXISTS (SELECT FROM \(other) AS djogi_key "
        + "WHERE \(pairs.joined(separator: " AND "))) LIMIT 1"
    case .unique(_, nullsNotDistinct: false):
      let list = names.joined(separator: ", ")
      let present = names.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
      return "SELECT \(row) \(from) WHERE \(present) GROUP BY \(list) HAVING count(*) > 1 LIMIT 1"
    default: return nil
    }
  }

  /// Whether every row has the same value in a column that the file adds.
  private func hasOneValue(_ column: String, _ table: TableOrigins.Table, _ index: Int) -> Bool {
    let facts = table.facts.column(column)
    return table.added.contains(column) && facts?.defaultExpression != nil
      && facts?.isGenerated == false && facts?.identity == nil
      && study.verdicts[..<index].allSatisfy { verdict in
        if case .addColumn(let add) = verdict.change.operation {
          verdict.rule == .addColumn && add.defaultExpression != nil
        } else {
          true
        }
      }
  }
}

extension Change {
  /// Whether it leaves all rows as they are, every value, and what an expression calls; in doubt it does not.
  fileprivate var leavesRows: Bool {
    switch operation {
    case .alterColumnType, .setNotNull, .dropNotNull, .columnDefault, .addColumn, .dropColumn,
      .renameColumn, .addConstraint, .validateConstraint, .dropConstraint, .createIndex, .dropIndex,
      .renameTable, .createTable:
      true
    // The rows of a partition are its parent's too.
    case .drop(let drop): drop.objectType != .table
    case .other(let other): Self.kindsBesideRows.contains(other.kind)
    default: false
    }
  }

  private static let kindsBesideRows: Set<StatementKind> = [
    .comment, .grant, .revoke, .set, .selectConstant, .guardedAlready, .createFunction,
    .createTrigger, .createView, .createSequence, .createSchema, .createExtension, .createType,
  ]

  fileprivate var makesFunction: Bool {
    if case .other(let other) = operation { other.kind == .createFunction } else { false }
  }
}
