internal import Postgres

extension ConversionProbe {
  /// What the server says of a statement that writes many rows, and how it can be made in parts.
  static func batches(
    _ change: Change, _ update: RowUpdate?, _ table: TableFacts, _ connection: PostgresConnection
  ) async throws -> ConversionFacts? {
    // By the condition alone a row is told that needs work, and no list of rows is needed.
    if let update {
      do {
        if let facts = try await self.update(update, table, connection),
          facts.obstacles.isEmpty, facts.condition != nil
        {
          return facts
        }
      } catch let error as PostgresError where error.isRefusal {}
    }
    guard let kind = try? RowStatement.read(change.sql).kind else { return nil }
    do {
      try await connection.transaction { connection in
        try await connection.limitWaiting()
        var probe = BatchProbe(sql: change.sql, table: table, kind: kind)
        try await probe.ask(connection)
        throw Enough(facts: probe.facts)
      }
    } catch let enough as Enough {
      return enough.facts
    }
    return nil
  }
}

/// Learns how a statement can be cut into a list of its rows and their change.
///
/// Each row is changed once, so the statement may build on what it changes. What it reads besides must be the same in
/// each batch.
private struct BatchProbe: Sendable {
  let sql: String
  let table: TableFacts
  let kind: BatchedRows.Kind
  var facts = ConversionFacts()

  private var rows: BatchedRows

  init(sql: String, table: TableFacts, kind: BatchedRows.Kind) {
    self.sql = sql
    self.table = table
    self.kind = kind
    rows = BatchedRows(kind: kind, columns: [])
  }

  mutating func ask(_ connection: isolated PostgresConnection) async throws {
    let statement = try RowStatement.read(sql)
    try await askTable(connection)
    facts.reads = try await reached(statement.read, connection)
    if kind == .insert {
      try await askInsert(statement.columns, connection)
    } else {
      try await askRows(connection)
    }
    facts.searchPath = try await CatalogueReader.searchPath(on: connection)
    if facts.obstacles.isEmpty { facts.batches = rows }
  }

  private mutating func add(_ obstacle: String) {
    if !facts.obstacles.contains(obstacle) { facts.obstacles.append(obstacle) }
  }

  // MARK: - The table

  /// What hangs on the table and would notice that its rows change in parts.
  private mutating func askTable(_ connection: isolated PostgresConnection) async throws {
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
      } else {
        let name: String = try trigger.decode(0)
        add("the trigger \(name) sees all rows of the statement at once, and would see parts")
      }
    }
    if kind == .delete, try await table.referencesItself(connection) {
      add("the table references itself, so that a part may be refused or take rows along")
    }
  }

  /// Every relation that the statement reads besides the table, through views and partitions too.
  private func reached(
    _ names: Set<QualifiedName>, _ connection: isolated PostgresConnection
  ) async throws -> Set<UInt32> {
    let found = try await connection.query(
      """
      WITH RECURSIVE reached (oid) AS (
        SELECT pg_catalog.to_regclass(name)::oid FROM pg_catalog.unnest(\(names.map(\.quoted).sorted())) AS name
        UNION
        SELECT next FROM reached CROSS JOIN LATERAL (
          SELECT d.refobjid FROM pg_catalog.pg_rewrite AS r JOIN pg_catalog.pg_depend AS d
            ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
          WHERE r.ev_class = reached.oid AND d.refobjid <> reached.oid
          UNION ALL SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = reached.oid
        ) AS step (next)
      )
      SELECT oid FROM reached WHERE oid IS NOT NULL
      """)
    return Set(try found.map { try $0.decode(0) })
  }

  // MARK: - UPDATE and DELETE

  private mutating func askRows(_ connection: isolated PostgresConnection) async throws {
    let statement = try RowStatement.read(sql)
    guard let key = table.rowKey else {
      add("the table has no key that tells its rows apart")
      return
    }
    rows.columns = key
    let written = Set(statement.columns)
    if !facts.reads.isDisjoint(with: table.tree.map(\.oid)) {
      add("it reads other rows of the table that it changes, and some would be changed already")
    }
    let inbound = table.tree.flatMap(\.inboundForeignKeys)
    switch kind {
    case .delete:
      let takesAlong = inbound.contains { ForeignKeyActions($0.definition).onDelete }
      if takesAlong, !facts.reads.isEmpty {
        add("rows of other tables go with its own, and it reads other tables")
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
    for value in try statement.values() { try await ask(value, connection) }
    if facts.obstacles.isEmpty { try await tryChange(statement.table, connection) }
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
      try rows.change(sql), relations: [written: clone])
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
      add("its condition calls \(function.name)(), which may say something else for each batch")
    }
  }

  private mutating func ask(
    _ value: RowStatement.Value, _ connection: isolated PostgresConnection
  ) async throws {
    let query = try RowStatement.read(sql).query("(\(value.expression)) AS one", choosing: false)
    let functions = try await functions(of: query, connection)
    for function in functions where !function.isSettled && !function.isFree {
      add("the new value of \(value.column) comes from \(function.name)(), which may read anything")
    }
    if functions.contains(where: { $0.name == "nextval" }) { rows.inOrder = true }
    let surroundings = try await ConversionProbe.obstacles(value.expression, table, connection)
    guard !surroundings.isEmpty else { return }
    if value.isAlone, functions.allSatisfy(\.isSettled) {
      // One moment for all rows, as in one statement.
      rows.constants.append(value.column)
    } else {
      for obstacle in surroundings { add(obstacle) }
    }
  }

  private mutating func noteSystemColumns(_ expression: String, _ whose: String) throws {
    let read = try? SurroundingsRead(
      expression, table: table.name.name, columns: Set(table.columns.map(\.name)))
    for column in read?.systemColumns ?? [] {
      add("\(whose) reads \(column), which tells where a row lies or who wrote it")
    }
  }

  // MARK: - INSERT

  private mutating func askInsert(
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
        rows.notNull = rows.columns.filter { table.column($0)?.notNull == true }
        rows.inOrder = true
        return
      }
    }
    add("its query cannot be tried on the server")
  }

  // MARK: - Functions

  /// A function that a query calls, by what the server says of it.
  private struct CalledFunction: Sendable {
    var name: String
    var volatility: String
    var isBuiltIn: Bool

    /// Whether it says the same in each batch, or reads nothing but the session and the clock.
    var isSettled: Bool { volatility == "i" || (volatility == "s" && isBuiltIn) }
    /// Whether what it gives depends on nothing but chance or a sequence.
    var isFree: Bool { isBuiltIn && Self.free.contains(name) || Self.unordered.contains(name) }

    private static let free: Set = ["nextval"]
    private static let unordered: Set = [
      "gen_random_uuid", "uuid_generate_v4", "random", "gen_random_bytes", "clock_timestamp",
      "uuidv4", "uuidv7",
    ]
  }

  /// The functions and operators that a query calls, as the server has read it.
  private func functions(
    of query: String, _ connection: isolated PostgresConnection
  ) async throws -> [CalledFunction] {
    try await connection.execute("CREATE TEMP VIEW djogi_query AS \(raw: query)")
    let found = try await connection.query(
      """
      SELECT DISTINCT p.proname::text, p.provolatile::text, p.pronamespace = 'pg_catalog'::regnamespace
      FROM pg_catalog.pg_rewrite AS r
        CROSS JOIN pg_catalog.regexp_matches(r.ev_action::text,
          ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g') AS match
        JOIN pg_catalog.pg_proc AS p ON p.oid = match[1]::oid
      WHERE r.ev_class = 'pg_temp.djogi_query'::regclass ORDER BY 1
      """)
    try await connection.execute("DROP VIEW pg_temp.djogi_query")
    return try found.map {
      CalledFunction(
        name: try $0.decode(0), volatility: try $0.decode(1), isBuiltIn: try $0.decode(2))
    }
  }
}

extension TableFacts {
  /// Whether a foreign key of the table, or of a partition, leads to the table or a partition.
  func referencesItself(_ connection: isolated PostgresConnection) async throws -> Bool {
    let own = tree.map { String($0.oid) }
    return try await connection.query(
      """
      SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
        WHERE contype = 'f' AND conrelid = ANY (\(own)::oid[]) AND confrelid = ANY (\(own)::oid[]))
      """
    ).only().decode(0)
  }

  /// Columns that tell its rows apart and are never NULL.
  fileprivate var rowKey: [String]? {
    let keys = constraints.filter {
      ($0.kind == .primaryKey || $0.kind == .unique) && !$0.deferrable && $0.validated
    }
    return keys.map(\.columns).first { key in
      !key.isEmpty && key.allSatisfy { column($0)?.holdsNoNull == true }
    }
  }
}
