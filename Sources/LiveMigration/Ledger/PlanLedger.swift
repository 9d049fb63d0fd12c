public import Postgres
internal import SchemaChange

/// The tables that hold what is known of plans; every statement about them is here.
public struct PlanLedger: Sendable {
  let tables: LedgerSchema
  let identity: ProcessIdentity

  /// Uses the tables of a schema, `[live] ledger_schema`.
  public init(schema: String, identity: ProcessIdentity = .current) {
    tables = LedgerSchema(schema: schema)
    self.identity = identity
  }

  // MARK: - Reading

  /// A plan's row; `nil` when there is none.
  public func row(_ id: PlanID, on connection: PostgresConnection) async throws -> PlanRow? {
    guard let version = try await version(on: connection) else { return nil }
    let rows = try await connection.query(
      """
      SELECT \(sql: PlanRow.columns(version)) FROM \(identifier: tables.plans)
      WHERE plan_id = \(id.rawValue)
      """)
    return try rows.first.map(PlanRow.init)
  }

  /// Plans, newest first.
  ///
  /// - Parameters:
  ///   - statuses: Those that are wanted.
  ///   - database: The workspace's database that they are for.
  ///   - limit: At most so many.
  ///   - connection: The session with the database.
  public func rows(
    statuses: Set<PlanStatus>, database: String, limit: Int? = nil,
    on connection: PostgresConnection
  ) async throws -> [PlanRow] {
    guard let version = try await version(on: connection) else { return [] }
    let rows = try await connection.query(
      """
      SELECT \(sql: PlanRow.columns(version)) FROM \(identifier: tables.plans)
      WHERE status = ANY (\(statuses.map(\.rawValue))) AND target_database = \(database)
      ORDER BY plan_id DESC LIMIT \(limit)
      """)
    return try rows.map(PlanRow.init)
  }

  /// The plan of a bucket that has not ended; `nil` when there is none but for a given one.
  public func unfinished(
    database: String, app: String, besides id: PlanID? = nil, on connection: PostgresConnection
  ) async throws -> PlanRow? {
    try await rows(
      statuses: PlanStatus.unfinished, database: database,
      on: connection
    ).first { $0.appLabel == app && $0.planID != id }
  }

  /// The unfinished plans of other applications.
  func unfinished(
    database: String, besidesApp app: String, on connection: PostgresConnection
  ) async throws -> [PlanRow] {
    try await rows(
      statuses: PlanStatus.unfinished, database: database,
      on: connection
    ).filter { $0.appLabel != app }
  }

  /// Running plans at a backfill, or at the gate after it, that made no progress for a while.
  ///
  /// A pause that was asked of a driver that died before it heard it is a pause all the same.
  func stale(
    after age: Duration, database: String, on connection: PostgresConnection
  ) async throws -> [PlanID] {
    guard try await exists(on: connection) else { return [] }
    let rows = try await connection.query(
      """
      SELECT plan_id FROM \(identifier: tables.plans)
      WHERE status = 'running' AND current_step IN ('backfill_chunked', 'validate_backfill')
        AND NOT pause_requested AND target_database = \(database)
        AND coalesce(last_progress_at, started_at, created_at)
          <= now() - pg_catalog.make_interval(secs => \(age.seconds))
      ORDER BY plan_id
      """)
    return try rows.compactMap { PlanID(rawValue: try $0.decode(0)) }
  }

  /// The audit trail of a plan, oldest first.
  public func events(
    of id: PlanID, on connection: PostgresConnection
  ) async throws -> [PlanEvent] {
    let version = try await version(on: connection) ?? .first
    let user: SQL = version < .programUsers ? "NULL AS os_user" : "os_user"
    let rows = try await connection.query(
      """
      SELECT at, actor, host, pid, \(sql: user), action, step, detail, justification
      FROM \(identifier: tables.events) WHERE plan_id = \(id.rawValue) ORDER BY id
      """)
    return try rows.map(PlanEvent.init)
  }

  /// The migrations that were applied, by application.
  public func applied(
    on connection: PostgresConnection
  ) async throws -> Set<AppliedMigration> {
    guard try await exists(on: connection) else { return [] }
    let rows = try await connection.query(
      "SELECT version, app_label FROM \(identifier: tables.migrations) WHERE success")
    return Set(
      try rows.map {
        AppliedMigration(version: try $0.decode("version"), appLabel: try $0.decode("app_label"))
      })
  }

  // MARK: - Writing

  /// Adds the row of a new plan, and the first line of its audit trail.
  ///
  /// - Parameter bytes: The plan file's, of which the row keeps a copy.
  /// - Throws: `EngineError.unfinishedPlan` or `.halfReverted` when its bucket has one that has not ended.
  func insert(
    _ header: PlanHeader, _ firstStep: StepKind, _ checksum: Checksum, _ bytes: [UInt8],
    detail: String? = nil,
    on connection: PostgresConnection
  ) async throws {
    try await connection.transaction { connection in
      try await waitForBucket(header.targetDatabase, header.appLabel, on: connection)
      if let other = try await unfinished(
        database: header.targetDatabase, app: header.appLabel, on: connection)
      {
        throw EngineError.unfinishedPlan(other.planID, other.status)
      }
      if let other = try await halfReverted(
        database: header.targetDatabase, app: header.appLabel, on: connection)
      {
        throw EngineError.halfReverted(other)
      }
      try await connection.execute(
        """
        INSERT INTO \(identifier: tables.plans) (plan_id, slug, plan_file_checksum, classification,
          status, current_step, originating_migration, target_database, app_label, plan_copy)
        VALUES (\(header.planID.rawValue), \(header.slug), \(checksum.rawValue),
          \(header.classification.rawValue), 'pending', \(firstStep.rawValue),
          \(header.originatingMigration), \(header.targetDatabase), \(header.appLabel),
          \(Hexadecimal.text(bytes))::bytea)
        """)
      try await record(.planned, of: header.planID, detail: detail, on: connection)
    }
  }

  /// Keeps other programs from making or reverting plans of a bucket until the transaction ends.
  func waitForBucket(
    _ database: String, _ app: String, on connection: PostgresConnection
  ) async throws {
    let bucket = "djogi-shell bucket \(database)/\(app)"
    try await connection.execute(
      "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(\(bucket), 0::bigint))")
  }

  /// Keeps other programs from applying migrations of a bucket at the same time, until it is unlocked.
  ///
  /// - Throws: `EngineError.bucketBusy`.
  func lockBucket(
    _ database: TargetDatabase, _ app: String, on connection: PostgresConnection
  ) async throws {
    let name = "djogi-shell apply \(database)/\(app)"
    let taken: Bool = try await connection.query(
      "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended(\(name), 0::bigint))"
    ).only().decode(0)
    guard taken else { throw EngineError.bucketBusy(database.rawValue, app) }
  }

  func unlockBucket(
    _ database: TargetDatabase, _ app: String, on connection: PostgresConnection
  ) async throws {
    let name = "djogi-shell apply \(database)/\(app)"
    try await connection.execute(
      "SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended(\(name), 0::bigint))")
  }

  /// Adds a line to the audit trail.
  func record(
    _ action: PlanEvent.Action, of id: PlanID, step: StepKind? = nil, detail: String? = nil,
    justification: String? = nil, on connection: PostgresConnection
  ) async throws {
    try await connection.execute(
      """
      INSERT INTO \(identifier: tables.events)
        (plan_id, host, pid, os_user, action, step, detail, justification)
      VALUES (\(id.rawValue), \(identity.host), \(identity.pid), \(identity.user), \(action), \(step?.rawValue),
        \(detail.map { Masking.shown($0) }), \(justification))
      """)
  }

  /// Whether the operator has accepted once that triggers fire for rows of the plan's backfills.
  func acceptsTriggers(_ id: PlanID, on connection: PostgresConnection) async throws -> Bool {
    try await connection.query(
      """
      SELECT EXISTS (SELECT FROM \(identifier: tables.events)
        WHERE plan_id = \(id.rawValue) AND action = \(PlanEvent.Action.triggersAccepted))
      """
    ).only().decode(0)
  }
}

/// A migration that the database has.
public struct AppliedMigration: Sendable, Hashable {
  /// Its version, slug included.
  public var version: String
  /// Its application, empty for `_global_`.
  public var appLabel: String

  /// Names a migration.
  public init(version: String, appLabel: String) {
    self.version = version
    self.appLabel = appLabel
  }
}
