internal import Postgres
internal import PrivateServer

/// What a change cost: WAL written, and how the table and its indexes grew.
struct SandboxFigures: Sendable {
  var walBytes: Int64
  var tableBytes: Int64
  var indexBytes: Int64

  /// A moment's figures; WAL is counted from the server's start.
  static func now(_ connection: PostgresConnection) async throws -> SandboxFigures {
    let row = try await connection.query(
      """
      SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS wal,
        pg_table_size('public.ledger_entry') AS size,
        pg_indexes_size('public.ledger_entry') AS indexes
      """
    ).only()
    return SandboxFigures(
      walBytes: try row.decode("wal"), tableBytes: try row.decode("size"),
      indexBytes: try row.decode("indexes"))
  }

  /// What one `UPDATE` of the whole table costs, which is what a simple backfill does.
  static func ofOneUpdate(
    _ connection: PostgresConnection
  ) async throws -> (seconds: Double, figures: SandboxFigures) {
    try await connection.script(
      "ALTER TABLE ledger_entry ADD COLUMN amount_new bigint; CHECKPOINT")
    let before = try await now(connection)
    let start = ContinuousClock.now
    try await connection.execute("UPDATE ledger_entry SET amount_new = amount")
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    var after = try await now(connection)
    after.walBytes -= before.walBytes
    try await connection.script("ALTER TABLE ledger_entry DROP COLUMN amount_new")
    return (seconds, after)
  }
}

/// Whether two databases hold the same schema and rows.
struct SandboxComparison: Sendable {
  let sandbox: SandboxServer

  private func schema(_ database: String) async throws -> String {
    try await sandbox.server.comparableSchema(of: database, options: ["--schema=public"])
  }

  /// A Boolean value telling whether the schemas are equal but for the order of columns.
  func schemasAgree() async throws -> Bool {
    try await schema(SandboxServer.database) == schema(SandboxServer.directDatabase)
  }

  /// A digest of every row, columns by name.
  private func digest(_ database: String) async throws -> String {
    let connection = try await sandbox.connect(to: database)
    let digest: String = try await connection.query(
      """
      SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(
        ROW(id, account_id, amount, note, created_at)::text, 0))::text, '') FROM ledger_entry
      """
    ).only().decode(0)
    await connection.close()
    return digest
  }

  /// A Boolean value telling whether every row is equal.
  func rowsAgree() async throws -> Bool {
    try await digest(SandboxServer.database) == digest(SandboxServer.directDatabase)
  }
}
