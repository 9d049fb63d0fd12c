internal import Postgres
internal import PrivateServer

/// How the server is set up, and what takes its changes.
enum ServerDoctor {
  static func server(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let version = connection.info.versionText
    let isStandby: Bool = try await connection.query("SELECT pg_catalog.pg_is_in_recovery()").only()
      .decode(0)
    guard !isStandby else {
      return [
        Diagnosis(
          .server, .problem, "PostgreSQL \(version) is a standby, which takes no change",
          help: "connect to its primary: target_session_attrs=read-write")
      ]
    }
    let isReadOnly: Bool = try await connection.query(
      "SELECT pg_catalog.current_setting('default_transaction_read_only')::bool"
    ).only().decode(0)
    guard !isReadOnly else {
      return [
        Diagnosis(
          .server, .problem, "PostgreSQL \(version); transactions are read-only by default",
          help: "SET default_transaction_read_only = off")
      ]
    }
    return [
      Diagnosis(.server, .fine, "PostgreSQL \(version), reached past any pooler of transactions")
    ]
  }

  /// Where a copy of the schema can be had, on which plans are proved and later changes of a file judged.
  static func proof(
    _ means: ProofMeans?, _ connection: PostgresConnection
  ) async throws -> [Diagnosis] {
    guard let means else {
      return [Diagnosis(.proof, .note, "plans are not proved on a copy of the schema here")]
    }
    var lacks: [String] = []
    for way in means.ways {
      do {
        let site = try await means.open(way, for: connection)
        let words = site.words
        await site.close()
        return [Diagnosis(.proof, .fine, "plans are proved on a copy \(words)")]
      } catch let missing as NoProof {
        lacks.append(missing.description)
      } catch let error as PostgresError {
        lacks.append(error.serverError?.message ?? "\(error)")
      }
    }
    return [
      Diagnosis(
        .proof, .warning,
        "no copy of the schema can be made to prove plans on: \(lacks.joined(separator: "; "))",
        help: "ALTER ROLE \(Quoting.identifier(connection.info.user)) CREATEDB")
    ]
  }

  /// A copy is made of what `pg_dump` writes.
  static func dump(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let major = connection.info.serverVersion / 10_000
    if let path = await ServerPrograms.dumpProgram(forMajorVersion: major) {
      return [Diagnosis(.dump, .fine, "pg_dump for version \(major) is \(path)")]
    }
    return [
      Diagnosis(
        .dump, .warning, "there is no pg_dump of version \(major) or newer, which a proof needs",
        help: "install PostgreSQL's client programs of version \(major), or set DJOGI_PG_BIN")
    ]
  }

  /// What the server counts tells how far a backfill is, and who is at work.
  static func counting(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let off = try await connection.query(
      """
      SELECT name FROM pg_catalog.pg_settings
      WHERE name IN ('track_activities', 'track_counts') AND setting = 'off' ORDER BY 1
      """
    ).map { try $0.decode(0, as: String.self) }
    guard !off.isEmpty else {
      return [Diagnosis(.counting, .fine, "track_activities and track_counts are on")]
    }
    return off.map { name in
      Diagnosis(
        .counting, .warning,
        "\(name) is off: "
          + (name == "track_counts"
            ? "autovacuum does not follow a backfill"
            : "clients at work cannot be told from idle ones"),
        help: "ALTER SYSTEM SET \(name) = on; SELECT pg_reload_conf()")
    }
  }

  static func replicas(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let row = try await connection.query(
      """
      SELECT count(*), coalesce(max(extract(epoch FROM replay_lag)), 0)::float8,
        pg_catalog.current_setting('synchronous_standby_names') <> ''
      FROM pg_catalog.pg_stat_replication
      """
    ).only()
    let count: Int = try row.decode(0)
    guard count > 0 else { return [Diagnosis(.replicas, .fine, "no replica is connected")] }
    let lag: Double = try row.decode(1)
    let synchronous = try row.decode(2) ? ", some of them synchronous" : ""
    let words = "\(count) replicas are connected\(synchronous)"
    guard lag > 10 else { return [Diagnosis(.replicas, .fine, words)] }
    return [
      Diagnosis(
        .replicas, .warning, "\(words), one \(Int(lag)) s behind",
        help: "max_replication_lag_ms in [live] of Djogi.toml holds a backfill to it")
    ]
  }

  /// A slot without a reader keeps all WAL, and a backfill writes much.
  static func slots(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let rows = try await connection.query(
      """
      SELECT slot_name::text, (pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)
        / 1048576::numeric)::bigint
      FROM pg_catalog.pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL ORDER BY 1
      """)
    guard !rows.isEmpty else { return [Diagnosis(.slots, .fine, "no replication slot is unused")] }
    return try rows.map { row in
      let name: String = try row.decode(0)
      let size: Int64 = try row.decode(1)
      return Diagnosis(
        .slots, .warning,
        "nothing reads the replication slot \(name), which keeps \(size) MB of WAL",
        help: "SELECT pg_drop_replication_slot(\(Quoting.literal(name))), if it is of no use")
    }
  }

  static func publications(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let names = try await connection.query(
      "SELECT pubname::text FROM pg_catalog.pg_publication ORDER BY 1"
    )
    .map { try $0.decode(0, as: String.self) }
    guard !names.isEmpty else {
      return [Diagnosis(.publications, .fine, "no table is published")]
    }
    return [
      Diagnosis(
        .publications, .note,
        "tables are published by \(DoctorText.some(names)): a subscriber stops once it is sent a column that it lacks",
        help: "add a plan's column on the subscriber before run; plan names it")
    ]
  }

  static func timeouts(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let rows = try await connection.query(
      """
      SELECT name || ' = ' || pg_catalog.current_setting(name) FROM pg_catalog.pg_settings
      WHERE name IN ('lock_timeout', 'statement_timeout', 'transaction_timeout') AND setting <> '0' ORDER BY 1
      """
    ).map { try $0.decode(0, as: String.self) }
    return [
      Diagnosis(
        .timeouts, .fine,
        rows.isEmpty
          ? "the role has no timeouts of its own; a plan sets those that it needs"
          : "\(rows.joined(separator: ", ")); a plan sets its own instead")
    ]
  }

  static func autovacuum(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let isOn: Bool = try await connection.query(
      "SELECT pg_catalog.current_setting('autovacuum')::bool"
    ).only().decode(0)
    if isOn { return [Diagnosis(.autovacuum, .fine, "autovacuum is on")] }
    return [
      Diagnosis(
        .autovacuum, .warning, "autovacuum is off: the dead rows of a backfill stay",
        help: "ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf()")
    ]
  }
}
