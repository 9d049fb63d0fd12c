public import Postgres

/// The rows of a small database, as far as two ways to the same rows can be compared by them.
public struct RowSnapshot: Sendable, Hashable {
  /// One row: its values by column, as text.
  public typealias Row = [String: String?]

  /// The rows of each table and materialized view that has some.
  public var tables: [String: [Row]]
  /// Where each ascending sequence stands; absent before its first value.
  public var sequences: [String: Int64]

  /// Gathers rows.
  public init(tables: [String: [Row]] = [:], sequences: [String: Int64] = [:]) {
    self.tables = tables
    self.sequences = sequences
  }

  /// The most rows of one table that are looked at.
  static let limit = 2000

  /// Reads the rows of every table that the role may read, in whatever transaction the session is in.
  public static func read(
    without schemas: [String] = [], on connection: isolated PostgresConnection
  ) async throws -> RowSnapshot {
    let names = try await connection.query(
      """
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema' AND n.nspname <> ALL (\(schemas))
        AND c.relname NOT IN ('djogi_live_plans', 'djogi_live_plan_events', 'djogi_schema_migrations')
        AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
          AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY 1
      """
    ).map { try $0.decode(0, as: String.self) }
    var snapshot = RowSnapshot()
    for name in try await filled(names, on: connection) {
      snapshot.tables[name] = try await rows(of: name, on: connection)
    }
    snapshot.sequences = try await sequences(on: connection).filter(\.value.ascends)
      .compactMapValues(\.last)
    return snapshot
  }

  private static func filled(
    _ names: [String], on connection: isolated PostgresConnection
  ) async throws -> [String] {
    guard !names.isEmpty else { return [] }
    let questions: [SQL] = names.map {
      "SELECT \(literal: $0)::text WHERE EXISTS (SELECT FROM ONLY \(raw: $0))"
    }
    return try await connection.query(questions.joined(separator: " UNION ALL "))
      .map { try $0.decode(0, as: String.self) }
  }

  private static func rows(
    of name: String, on connection: isolated PostgresConnection
  ) async throws -> [Row] {
    let values = try await connection.query(
      """
      SELECT whole.number, value.key, value.value
      FROM (SELECT row_number() OVER () AS number, pg_catalog.to_jsonb(djogi_row) AS object
        FROM (SELECT * FROM ONLY \(raw: name) LIMIT \(limit)) AS djogi_row) AS whole
        CROSS JOIN LATERAL pg_catalog.jsonb_each_text(whole.object) AS value
      """)
    var rows: [Int: Row] = [:]
    for value in values {
      let text: String? = try value.decode(2)
      rows[try value.decode(0), default: [:]].updateValue(text, forKey: try value.decode(1))
    }
    return rows.sorted { $0.key < $1.key }.map(\.value)
  }

  // MARK: - Sequences, which no rollback puts back

  struct SequenceState: Sendable, Hashable {
    var last: Int64?
    var start: Int64
    var ascends: Bool
  }

  static func sequences(
    on connection: isolated PostgresConnection
  ) async throws -> [String: SequenceState] {
    let rows = try await connection.query(
      """
      SELECT pg_catalog.format('%I.%I', schemaname, sequencename), last_value, start_value,
        increment_by > 0 FROM pg_sequences
      WHERE schemaname !~ '^pg_' AND schemaname <> \(ProofLedger.schema)
        AND sequencename !~ '^djogi_(live_plan_events|schema_migrations)_'
      """)
    var states: [String: SequenceState] = [:]
    for row in rows {
      states[try row.decode(0)] = SequenceState(
        last: try row.decode(1), start: try row.decode(2), ascends: try row.decode(3))
    }
    return states
  }

  static func reset(
    _ states: [String: SequenceState], on connection: PostgresConnection
  ) async throws {
    let calls: [SQL] = states.sorted { $0.key < $1.key }.map { name, state in
      "setval(\(name)::regclass, \(state.last ?? state.start), \(state.last != nil))"
    }
    guard !calls.isEmpty else { return }
    // A target list holds at most 1664 entries.
    for start in stride(from: 0, to: calls.count, by: 500) {
      let part = calls[start..<min(start + 500, calls.count)]
      try await connection.execute("SELECT \(sql: part.joined())")
    }
  }
}

extension RowSnapshot {
  /// Columns that two direct runs from the same rows leave with different values: a random number, the time.
  func volatileColumns(besides other: RowSnapshot) -> Set<String> {
    var found: Set<String> = []
    for (table, rows) in tables {
      guard let others = other.tables[table], rows.count == others.count else { continue }
      for column in Set(rows.flatMap(\.keys)) {
        func values(_ rows: [Row]) -> [String] { rows.map { ($0[column] ?? nil) ?? "\0" }.sorted() }
        if values(rows) != values(others) { found.insert("\(table).\(column)") }
      }
    }
    return found
  }

  /// In what these rows, those that a plan left, are not those of a direct run.
  ///
  /// - Parameters:
  ///   - direct: The rows of a direct run.
  ///   - volatile: Columns of which only whether they are filled is compared, as `schema.table.column`.
  public func differences(from direct: RowSnapshot, volatile: Set<String> = []) -> [String] {
    var found: [String] = []
    for table in Set(tables.keys).union(direct.tables.keys).sorted() {
      var surplus = Self.counted(direct.tables[table] ?? [], table, volatile)
      var extra: [String] = []
      for (row, count) in Self.counted(tables[table] ?? [], table, volatile) {
        let more = count - (surplus[row] ?? 0)
        surplus[row] = (surplus[row] ?? 0) - count
        if more > 0 { extra.append(row) }
      }
      let missing = surplus.filter { $0.value > 0 }.keys
      found += extra.sorted().prefix(3).map { "row of \(table), only after the plan: \($0)" }
      found += missing.sorted().prefix(3).map {
        "row of \(table), only after the direct run: \($0)"
      }
    }
    for (name, theirs) in direct.sequences.sorted(by: { $0.key < $1.key }) {
      // The plan may have drawn more numbers on its way; going back would give the same ones twice.
      if let mine = sequences[name], mine >= theirs { continue }
      let mine = sequences[name].map(String.init) ?? "its start"
      found.append(
        "sequence \(name) stands at \(mine) after the plan, at \(theirs) after the direct run")
    }
    return found
  }

  private static func counted(
    _ rows: [Row], _ table: String, _ volatile: Set<String>
  ) -> [String: Int] {
    var counts: [String: Int] = [:]
    for row in rows {
      let parts = row.sorted { $0.key < $1.key }.map { column, value in
        let shown =
          volatile.contains("\(table).\(column)")
          ? (value == nil ? "NULL" : "…") : value.map { "“\($0.prefix(200))”" } ?? "NULL"
        return "\(column) \(shown)"
      }
      counts[parts.joined(separator: ", "), default: 0] += 1
    }
    return counts
  }
}
