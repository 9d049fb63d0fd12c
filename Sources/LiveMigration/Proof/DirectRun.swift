internal import Foundation
internal import Postgres
internal import SchemaChange

/// A migration's file run as a person would run it, on a copy.
struct DirectRun: Sendable {
  let statements: [MigrationStatement]
  /// The settings that the plan's statements are run under too.
  let session: PlanSession

  /// What the server refused.
  struct Failure: Error, Sendable {
    var location: SourceLocation
    var error: ServerError
  }

  /// What a run left.
  struct End: Sendable {
    var catalogue: CatalogueSnapshot
    var rows: RowSnapshot
    /// Indexes that do not hold what their tables do.
    var unsound: [String]
  }

  /// Whether some statement refuses a transaction block.
  var needsOwnTransactions: Bool { statements.contains { !$0.isTransactional } }

  /// Runs the file in one transaction, looks, and takes everything back; sequences are put back too.
  ///
  /// - Parameters:
  ///   - onlyRows: Whether definitions and indexes are not looked at.
  ///   - filling: Whose rows are stored the other way round before.
  /// - Throws: `Failure`; `NeedsOwnTransactions`; `NoProof` where it would change what all databases share.
  func rehearse(
    onlyRows: Bool = false, reversing filling: RowFilling? = nil, on connection: PostgresConnection
  ) async throws -> End {
    do {
      try await connection.transaction { connection in
        try await filling?.reverse(on: connection)
        let sequences = try await RowSnapshot.sequences(on: connection)
        try await connection.execute("SELECT set_config('statement_timeout', '30s', true)")
        try await session.set(on: connection)
        for statement in statements { try await run(statement, on: connection) }
        try await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        try await Self.checkShared(on: connection)
        let end = try await Self.look(onlyRows: onlyRows, on: connection)
        throw Done(end: end, sequences: sequences)
      }
    } catch let done as Done {
      try await RowSnapshot.reset(done.sequences, on: connection)
      return done.end
    }
    throw NoProof("the direct run ended its transaction")
  }

  private struct Done: Error {
    var end: End
    var sequences: [String: RowSnapshot.SequenceState]
  }

  /// Told where the file cannot be run in one transaction.
  struct NeedsOwnTransactions: Error {}

  /// Runs the file statement by statement, each committed by itself.
  func commit(on connection: PostgresConnection) async throws -> End {
    for setting in session.settings {
      try await connection.execute("SELECT set_config(\(setting.name), \(setting.value), false)")
    }
    try await connection.execute("SET statement_timeout = '30s'")
    for statement in statements {
      guard statement.isTransactional else {
        try await connection.run { try await run(statement, on: $0) }
        continue
      }
      try await connection.transaction { connection in
        try await run(statement, on: connection)
        try await Self.checkShared(on: connection)
      }
    }
    return try await connection.transaction { try await Self.look(on: $0) }
  }

  private func run(
    _ statement: MigrationStatement, on connection: isolated PostgresConnection
  ) async throws {
    do {
      try await connection.script(statement.sql)
    } catch PostgresError.server(let error) {
      // A transaction block is refused; or a new label of an enum may not be used in the one that adds it.
      if ["25001", "55P04"].contains(error.sqlState.rawValue) { throw NeedsOwnTransactions() }
      throw Failure(location: statement.location, error: error)
    }
  }

  static func look(
    onlyRows: Bool = false, on connection: isolated PostgresConnection
  ) async throws -> End {
    let hidden = [ProofLedger.schema]
    if onlyRows {
      let rows = try await RowSnapshot.read(without: hidden, on: connection)
      return End(catalogue: CatalogueSnapshot(), rows: rows, unsound: [])
    }
    return End(
      catalogue: try await CatalogueSnapshot.read(without: hidden, on: connection),
      rows: try await RowSnapshot.read(without: hidden, on: connection),
      unsound: try await IndexSoundness.unsound(on: connection))
  }

  /// Refuses what would stay in the whole server although the copy is dropped: roles, settings, databases.
  static func checkShared(on connection: isolated PostgresConnection) async throws {
    let names = try await connection.query(
      """
      SELECT DISTINCT c.relname::text FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
      WHERE l.pid = pg_backend_pid() AND l.database = 0 AND l.mode = 'RowExclusiveLock'
        AND c.relname IN ('pg_authid', 'pg_auth_members', 'pg_database', 'pg_tablespace',
          'pg_db_role_setting', 'pg_parameter_acl', 'pg_replication_origin', 'pg_subscription')
      """
    ).map { try $0.decode(0, as: String.self) }
    guard names.isEmpty else { throw SharedChange() }
  }

  /// Told where the file changes what all databases of a server share.
  struct SharedChange: Error {}
}

/// The tables that a plan on a copy is recorded in.
enum ProofLedger {
  /// Their schema, which no comparison looks at.
  static let schema = "djogi_proof_ledger"
}
