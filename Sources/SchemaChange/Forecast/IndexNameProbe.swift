public import Postgres

/// Asks the server what it would call the indexes that a migration leaves unnamed.
public enum IndexNameProbe {
  /// The names by the change's position and the table, partitions included.
  public static func run(
    _ changes: [Change], facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> [Int: [QualifiedName: String]] {
    var found: [Int: [QualifiedName: String]] = [:]
    var chosen: Set<String> = []
    var dropped: Set<String> = []
    var added: [QualifiedName: [AddColumn]] = [:]
    for (index, change) in changes.enumerated() {
      if case .addColumn(let column) = change.operation,
        let table = facts.table(column.target.table)
      {
        added[table.name, default: []].append(column)
      }
      dropped.formUnion(Self.dropped(by: change, facts))
      guard case .createIndex(let operation) = change.operation,
        let table = facts.table(operation.table),
        operation.name == nil || table.kind == .partitioned
      else { continue }
      for node in table.tree {
        let base = try await name(
          change.sql, on: node, with: added[table.name, default: []], connection)
        let free = try await free(base, in: node.name.schema, chosen, dropped, connection)
        chosen.insert(free)
        found[index, default: [:]][node.name] = free
      }
    }
    return found
  }

  /// The names of indexes that a change sets free.
  private static func dropped(by change: Change, _ facts: CatalogueFacts) -> [String] {
    switch change.operation {
    case .dropIndex(let names, _):
      let gone = names.compactMap { facts.table($0)?.name }
      return gone.map(\.name)
        + facts.tables.values.flatMap { table in gone.flatMap(table.indexes).map(\.name) }
    case .dropConstraint(_, let name, _): return [name]
    case .other(let other) where other.kind == .renameObject:
      return [other.part ?? other.relation?.name].compactMap(\.self)
    default: return []
    }
  }

  /// Thrown to leave the transaction without a trace.
  private struct Enough: Error {
    let name: String
  }

  /// The name on an empty table of the same name, where no other index is in the way.
  private static func name(
    _ statement: String, on table: TableFacts, with added: [AddColumn],
    _ connection: PostgresConnection
  ) async throws -> String {
    let clone = QualifiedName(schema: "pg_temp", name: table.name.name)
    let sql = try IndexStatement(statement).sql(
      IndexStatement.Changes(
        concurrently: false, name: "", table: clone, only: false, ifNotExists: false))
    do {
      try await connection.transaction { connection in
        try await connection.limitWaiting()
        try await connection.execute(
          "CREATE TEMP TABLE \(identifier: clone.name) (LIKE \(identifier: table.name))")
        for column in added where table.column(column.target.column) == nil {
          // A serial type is an integer with a default.
          let type = column.isSerial ? "bigint" : column.type
          try await connection.execute(
            """
            ALTER TABLE \(identifier: clone) ADD COLUMN IF NOT EXISTS
            \(identifier: column.target.column) \(raw: type)
            """)
        }
        try await connection.execute(SQL(raw: sql))
        let rows = try await connection.query(
          "SELECT indexrelid::regclass::text, relname::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = \(clone.quoted)::regclass"
        )
        throw Enough(name: try rows.only().decode("relname"))
      }
    } catch let enough as Enough {
      return enough.name
    } catch let error as PostgresError where error.isRefusal {
      // An earlier statement may add the column: then the name follows the columns' names alone.
    }
    return table.name.name + "_idx"
  }

  /// The name with the number that the server would add until no relation bears it.
  private static func free(
    _ base: String, in schema: String?, _ chosen: Set<String>, _ dropped: Set<String>,
    _ connection: PostgresConnection
  ) async throws -> String {
    var candidate = base
    var number = 0
    while true {
      let sql: SQL = """
        SELECT EXISTS (SELECT FROM pg_class WHERE relname = \(candidate)
          AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = \(schema)))
        """
      let isTaken: Bool = try await connection.query(sql).only().decode(0)
      if !isTaken || dropped.contains(candidate), !chosen.contains(candidate) { return candidate }
      number += 1
      candidate = "\(base)\(number)"
    }
  }
}
