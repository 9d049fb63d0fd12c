internal import Foundation
internal import Postgres

/// What runs out or is held back on the server.
enum StorageDoctor {
  /// A shadow column, a list of rows or an index may need as much again as the largest table.
  static func space(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let row = try await connection.query(
      """
      SELECT c.oid::regclass::text, pg_catalog.pg_total_relation_size(c.oid),
        pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(c.oid))
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      ORDER BY 2 DESC LIMIT 1
      """
    ).first
    guard let row else { return [Diagnosis(.space, .fine, "there is no table yet")] }
    let (name, pretty): (String, String) = (try row.decode(0), try row.decode(2))
    let largest = "the largest table, \(name), takes \(pretty)"
    guard let free = try await free(connection) else {
      return [
        Diagnosis(
          .space, .note, "\(largest); how much is free cannot be read from here",
          help: "see that as much again is free on the server's disk")
      ]
    }
    let size: Int64 = try row.decode(1)
    let words = "\(largest), and \(free / 1_048_576) MB are free"
    guard free < 2 * size else { return [Diagnosis(.space, .fine, words)] }
    return [
      Diagnosis(
        .space, .warning, "\(words): a plan of it may need as much again, and as much WAL",
        help: "make room before the plan runs")
    ]
  }

  /// The free bytes of the data folder's file system; `nil` where the server is elsewhere or does not tell.
  private static func free(_ connection: PostgresConnection) async throws -> Int64? {
    do {
      try await connection.requireThisMachine()
      let folder: String = try await connection.query(
        "SELECT pg_catalog.current_setting('data_directory')"
      ).only().decode(0)
      let attributes = try FileManager.default.attributesOfFileSystem(forPath: folder)
      return (attributes[.systemFreeSize] as? NSNumber)?.int64Value
    } catch {
      return nil
    }
  }

  /// An old snapshot keeps dead rows, and what waits for it: a concurrent build, a swap's lock.
  static func snapshots(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let rows = try await connection.query(
      """
      SELECT pid, coalesce(nullif(application_name, ''), usename::text, 'another role'),
        extract(epoch FROM pg_catalog.clock_timestamp() - xact_start)::bigint, coalesce(state, 'hidden')
      FROM pg_catalog.pg_stat_activity
      WHERE xact_start < pg_catalog.clock_timestamp() - interval '5 minutes' AND pid <> pg_catalog.pg_backend_pid()
        AND backend_type = 'client backend'
      ORDER BY 3 DESC LIMIT 5
      """)
    guard !rows.isEmpty else {
      return [
        Diagnosis(.snapshots, .fine, "no transaction that the role sees is older than 5 minutes")
      ]
    }
    return try rows.map { row in
      let pid: Int32 = try row.decode(0)
      let (who, state): (String, String) = (try row.decode(1), try row.decode(3))
      return Diagnosis(
        .snapshots, .warning,
        "process \(pid) (\(who), \(state)) has a transaction open for \(try row.decode(2, as: Int64.self) / 60) minutes",
        help: "SELECT pg_terminate_backend(\(pid)), if nothing needs it")
    }
  }

  static func prepared(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let rows = try await connection.query(
      """
      SELECT gid::text, extract(epoch FROM pg_catalog.clock_timestamp() - prepared)::bigint
      FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database() ORDER BY 2 DESC
      """)
    guard !rows.isEmpty else {
      return [Diagnosis(.prepared, .fine, "no prepared transaction holds locks")]
    }
    return try rows.map { row in
      let gid: String = try row.decode(0)
      return Diagnosis(
        .prepared, .warning,
        "the prepared transaction \(gid) holds its locks for \(try row.decode(1, as: Int64.self) / 60) minutes",
        help: "COMMIT PREPARED \(Quoting.literal(gid)), or ROLLBACK PREPARED")
    }
  }

  /// The server stops taking writes when transaction numbers run out; a backfill uses some.
  static func wraparound(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let row = try await connection.query(
      """
      SELECT greatest(pg_catalog.age(datfrozenxid), pg_catalog.mxid_age(datminmxid))::bigint,
        pg_catalog.current_setting('autovacuum_freeze_max_age')::bigint
      FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
      """
    ).only()
    let (age, limit): (Int64, Int64) = (try row.decode(0), try row.decode(1))
    let percent = age * 100 / 2_147_483_648
    let words = "\(percent) percent of the transaction numbers are used"
    if percent >= 50 {
      return [
        Diagnosis(
          .wraparound, .problem, "\(words): an autovacuum that freezes cannot be made to give way",
          help: "VACUUM (FREEZE) in this database, before any plan")
      ]
    }
    if age > limit {
      return [
        Diagnosis(
          .wraparound, .warning, "\(words), beyond autovacuum_freeze_max_age",
          help: "VACUUM (FREEZE) in this database")
      ]
    }
    return [Diagnosis(.wraparound, .fine, words)]
  }
}
