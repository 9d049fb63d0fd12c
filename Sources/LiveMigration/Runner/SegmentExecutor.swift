internal import Postgres
internal import SchemaChange

/// Does a segment's work, and commits with it what records that it is done.
struct SegmentExecutor: Sendable {
  let settings: LiveSettings
  let connection: PostgresConnection
  /// The settings that the statements mean.
  var session = PlanSession()

  /// Runs a segment.
  ///
  /// - Parameter record: Statements that are committed with the segment's own, or right after those that refuse a
  ///   transaction.
  func run(
    _ work: Segment.Work,
    record: @escaping @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    switch work {
    case .transactional(let statements):
      try await transaction(statements, record)
      return
    case .buildIndex(let index, let table, let statement):
      try await build(index, on: table, by: statement)
    case .dropIndex(let index, let statement):
      if try await indexState(index) != nil { try await outsideTransaction(statement) }
    case .outsideTransaction(let statement): try await lookFirst(statement)
    }
    try await transaction([], record)
  }

  func transaction(
    _ statements: [String],
    _ record: @escaping @Sendable (PostgresConnection) async throws -> Void = { _ in }
  ) async throws {
    let (settings, session) = (settings, session)
    try await connection.transaction { connection in
      try await session.set(on: connection)
      let limit: Int = try await connection.query(
        """
        SELECT setting::int, pg_catalog.set_config('statement_timeout', '0', true) FROM pg_settings
        WHERE name = 'deadlock_timeout'
        """
      ).only().decode(0)
      let patience = LockPatience(
        lockTimeout: settings.lockTimeout, deadlockTimeout: .milliseconds(limit))
      let rest = try await LocksAhead(patience: patience).take(statements, on: connection)
      for statement in rest { try await connection.execute(SQL(raw: statement)) }
      try await record(connection)
    }
  }

  // MARK: - What cannot run in a transaction

  /// Looks first, so that it can be repeated: a build that was cut off leaves an invalid index behind.
  ///
  /// The index of a partition that was dropped since is none to build; whether one is missing, the gates ask.
  func build(
    _ index: QualifiedName, on table: QualifiedName, by statement: String
  ) async throws {
    if let state = try await indexState(index) {
      guard state.table == table else {
        throw PostgresError.server(
          ServerError(
            message: "the name \(index) is taken by an index of \(state.table)",
            sqlState: .duplicateTable))
      }
      if state.isValid { return }
      try await outsideTransaction("DROP INDEX CONCURRENTLY \(index)")
    }
    let isThere: Bool = try await connection.query(
      "SELECT pg_catalog.to_regclass(\(table.quoted)) IS NOT NULL"
    ).only().decode(0)
    if isThere { try await outsideTransaction(statement) }
  }

  func indexState(
    _ index: QualifiedName
  ) async throws -> (isValid: Bool, table: QualifiedName)? {
    let rows = try await connection.query(
      """
      SELECT i.indisvalid AND i.indisready AS valid, n.nspname::text AS schema, c.relname::text AS name
      FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE i.indexrelid = pg_catalog.to_regclass(\(index.quoted))::oid
      """)
    guard let row = rows.first else { return nil }
    return (
      try row.decode("valid"),
      QualifiedName(schema: try row.decode("schema"), name: try row.decode("name"))
    )
  }

  /// Runs a statement that refuses a transaction block.
  ///
  /// - Parameter patience: How long it may wait for a lock; `nil` where nobody queues behind it, so that it may wait
  ///   for as long as older transactions last.
  func outsideTransaction(_ statement: String, patience: Duration? = nil) async throws {
    let wait = patience.map { "\($0.milliseconds)ms" } ?? "0"
    let wanted: [ConversionFacts.Setting] =
      [.init(name: "lock_timeout", value: wait), .init(name: "statement_timeout", value: "0")]
      + session.settings
    let before: [ConversionFacts.Setting] = try await connection.query(
      "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.unnest(\(wanted.map(\.name))) AS name"
    ).map { .init(name: try $0.decode(0), value: try $0.decode(1)) }
    do {
      try await set(wanted)
      try await connection.execute(SQL(raw: statement))
    } catch {
      // The task may be cancelled, and the session is used on.
      await Task { try? await set(before) }.value
      throw error
    }
    try await set(before)
  }

  private func set(_ settings: [ConversionFacts.Setting]) async throws {
    let calls: [SQL] = settings.map { "pg_catalog.set_config(\($0.name), \($0.value), false)" }
    try await connection.execute("SELECT \(sql: calls.joined())")
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// Seconds with their fraction.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
