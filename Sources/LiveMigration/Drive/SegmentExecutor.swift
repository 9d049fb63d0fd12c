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
  /// - Parameters:
  ///   - budget: How long a transaction may hold its locks; `nil` for as long as its statements need.
  ///   - record: Statements that are committed with the segment's own, or right after those that refuse a
  ///     transaction.
  func run(
    _ work: Segment.Work, within budget: Duration? = nil,
    record: @escaping @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    switch work {
    case .transactional(let statements):
      try await transaction(statements, within: budget, record)
      return
    case .buildIndex(let index, let table, let statement, let root):
      try await build(index, on: table, partOf: root, by: statement.sql)
    case .dropIndex(let index, let statement):
      if try await indexState(index) != nil { try await outsideTransaction(statement.sql) }
    case .outsideTransaction(let statement): try await lookFirst(statement)
    // The runner has asked, beside other sessions that want to see how far it is.
    case .ask: break
    }
    try await transaction([], record)
  }

  /// Runs statements in one transaction.
  ///
  /// What records them comes first, before any lock that clients queue behind. Then the statements and their locks go
  /// to the server as one message.
  ///
  /// - Parameters:
  ///   - locks: How they come by their locks.
  ///   - check: What the statements may do; they are rolled back where they did something else.
  func transaction(
    _ statements: [PlannedStatement], within budget: Duration? = nil, locks: LockManner = .asNeeded,
    checking check: ForecastCheck? = nil,
    _ record: @escaping @Sendable (PostgresConnection) async throws -> Void = { _ in }
  ) async throws {
    let (settings, session) = (settings, session)
    try await connection.transaction { connection in
      let limit = "\(settings.lockTimeout.milliseconds)ms"
      let calls: [SQL] =
        [
          "(extract(epoch FROM pg_catalog.current_setting('deadlock_timeout')::interval) OPERATOR(pg_catalog.*) 1000)::int",
          "pg_catalog.set_config('statement_timeout', '0', true)",
          "pg_catalog.set_config('lock_timeout', \(limit), true)",
        ] + session.local
      let deadlockTimeout: Int = try await connection.query("SELECT \(sql: calls.joined())").only()
        .decode(0)
      try await record(connection)
      guard !statements.isEmpty else { return }
      var check = check
      check?.before = try await ForecastCheck.counted(on: connection)
      let patience = LockPatience(
        lockTimeout: settings.lockTimeout, deadlockTimeout: .milliseconds(deadlockTimeout),
        isShort: locks == .inFrontAtOnce)
      let survey = try await LockSurvey(statements, taking: locks, on: connection)
      try await Autovacuum.wait(
        for: survey.locked, deadlockTimeout: patience.deadlockTimeout, on: connection)
      let message = TransactionMessage(
        survey: survey, patience: patience, budget: budget,
        question: check == nil ? nil : ForecastCheck.question)
      if let answer = try await message.send(on: connection) { try check?.judge(answer) }
    }
  }

  // MARK: - What cannot run in a transaction

  /// Looks first, so that it can be repeated: a build that was cut off leaves an invalid index behind.
  ///
  /// The index of a partition that was dropped since is none to build; whether one is missing, the gates ask.
  func build(
    _ index: QualifiedName, on table: QualifiedName, partOf root: QualifiedName? = nil,
    by statement: String
  ) async throws {
    if let state = try await indexState(index) {
      guard state.table == table else {
        throw PostgresError.server(
          ServerError(
            message: "the name \(index) is taken by an index of \(state.table)",
            sqlState: .duplicateTable))
      }
      if state.isValid {
        let likeness = IndexLikeness(index: index, table: table, statement: statement)
        if try await likeness.holds(on: connection) { return }
        try await IndexClaim.requireFree(index, on: connection)
      }
      try await outsideTransaction("DROP INDEX CONCURRENTLY \(index)")
    }
    let root = (root ?? table).quoted
    let isThere: Bool = try await connection.query(
      """
      SELECT pg_catalog.to_regclass(\(table.quoted)) IS NOT NULL AND (\(table.quoted) = \(root)
        OR pg_catalog.to_regclass(\(root)) IN (SELECT relid
          FROM pg_catalog.pg_partition_ancestors(pg_catalog.to_regclass(\(table.quoted)))))
      """
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
  /// - Parameter patience: How long it may wait for a lock; `nil` where no session queues behind it, so that it may wait
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
      await withoutCancellation { try? await set(before) }
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
