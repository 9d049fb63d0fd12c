internal import Foundation
internal import Postgres
internal import PrivateServer

/// The definitions of a database as one script, made by the `pg_dump` that suits its server.
struct SchemaDump: Sendable {
  /// The script, without what only psql understands.
  let script: String
  /// Whether the database has the schema that every new one has.
  let hasPublic: Bool
  /// The materialized views that can be read, in the order in which they were made; the script makes them unreadable.
  let filledViews: [String]

  /// Dumps the database of a session; no rows, no subscriptions, which would connect, and none of our own tables.
  ///
  /// - Throws: `NoProof` where there is no suitable `pg_dump`, or it cannot read everything, or code of roles that the
  ///   session's role does not trust would run in a copy.
  static func make(of live: PostgresConnection, owners: Bool = true) async throws -> SchemaDump {
    try await ForeignCode.refuseCopy(of: live)
    let major = live.info.serverVersion / 10_000
    guard let program = await ServerPrograms.dumpProgram(forMajorVersion: major) else {
      throw NoProof("there is no pg_dump of version \(major) or newer here")
    }
    let unreadable = try await unreadableTables(of: live).map { "--exclude-table=\($0)" }
    let options =
      unreadable + [
        "--schema-only", "--no-subscriptions", "--no-password", "--lock-wait-timeout=2000",
      ]
      + LedgerSchema.tables.map { "--exclude-table=*.\($0)" } + (owners ? [] : ["--no-owner"])
    var environment = await live.clientEnvironment
    // The session's own database, wherever the configuration's name for it may lead.
    environment["PGDATABASE"] = live.info.database
    environment["PGAPPNAME"] = "djogi-shell"
    let outcome = try await ChildProcess.run(program, options, environment: environment)
    try Task.checkCancellation()
    guard outcome.status == .exited(0) else {
      let words = outcome.errors.split(separator: "\n").prefix(3).joined(separator: " ")
      throw NoProof("pg_dump cannot read the whole schema: \(Masking.shown(words))")
    }
    var script = Script(text: outcome.output)
    script.removePsqlCommands()
    if live.info.serverVersion < 170_000 { script.removeNewerSetting() }
    script.pin(try await pinnedExtensions(of: live))
    let hasPublic: Bool = try await live.query(
      "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public')"
    ).only().decode(0)
    return SchemaDump(
      script: script.text, hasPublic: hasPublic, filledViews: try await filledViews(of: live))
  }

  private static func filledViews(of live: PostgresConnection) async throws -> [String] {
    try await live.query(
      """
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind = 'm' AND c.relispopulated ORDER BY c.oid
      """
    ).map { try $0.decode(0) }
  }

  /// Tables that the role may not even lock for reading, and so cannot change either, as patterns of `pg_dump`.
  static func unreadableTables(of live: PostgresConnection) async throws -> [String] {
    try await live.query(
      """
      SELECT pg_catalog.format('"%s"."%s"', pg_catalog.replace(n.nspname, '"', '""'), pg_catalog.replace(c.relname, '"', '""'))
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
      """
    ).map { try $0.decode(0) }
  }

  /// Extensions whose version is not the one that a new one would get.
  private static func pinnedExtensions(
    of live: PostgresConnection
  ) async throws -> [(line: String, version: String)] {
    try await live.query(
      """
      SELECT pg_catalog.format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', e.extname, n.nspname), e.extversion
      FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = extnamespace
      LEFT JOIN pg_available_extensions AS a ON a.name = e.extname
      WHERE a.default_version IS DISTINCT FROM e.extversion
      """
    ).map { (try $0.decode(0), try $0.decode(1)) }
  }

  /// Runs the script in an empty database, all of it or nothing.
  ///
  /// - Throws: `NoProof` with what the server refuses.
  func restore(on connection: PostgresConnection) async throws {
    do {
      try await connection.transaction { connection in
        if !hasPublic { try await connection.execute("DROP SCHEMA IF EXISTS public") }
        try await connection.script(script)
        for view in filledViews {
          // Its query may read a setting that only the application makes; then it stays unreadable.
          try await connection.script("SAVEPOINT view")
          do {
            try await connection.script("REFRESH MATERIALIZED VIEW \(view)")
          } catch PostgresError.server {
            try await connection.script("ROLLBACK TO view")
          }
        }
      }
    } catch let PostgresError.server(error) {
      throw NoProof("the schema cannot be copied by this role: \(error.message)")
    }
  }

  private struct Script {
    var text: String

    /// Newer versions of `pg_dump` frame their output with two commands of psql's.
    mutating func removePsqlCommands() {
      for command in ["\\restrict ", "\\unrestrict "] {
        guard let start = text.range(of: "\n" + command) else { continue }
        let end = text[start.upperBound...].firstIndex(of: "\n") ?? text.endIndex
        text.removeSubrange(start.lowerBound..<end)
      }
    }

    /// A newer `pg_dump` sets what an older server does not know.
    mutating func removeNewerSetting() {
      if let range = text.range(of: "\nSET transaction_timeout = 0;") {
        text.removeSubrange(range)
      }
    }

    mutating func pin(_ extensions: [(line: String, version: String)]) {
      for (line, version) in extensions {
        guard let range = text.range(of: "\n" + line + ";") else { continue }
        text.replaceSubrange(range, with: "\n\(line) VERSION \(Quoting.literal(version));")
      }
    }
  }
}

/// The settings that a session with the real database has from its database and role, for sessions with copies.
struct CopiedSettings: Sendable {
  private let settings: [(name: String, value: String)]

  static func read(of live: PostgresConnection) async throws -> CopiedSettings {
    let rows = try await live.query(
      """
      SELECT name, setting FROM pg_settings
      WHERE source IN ('database', 'user', 'database user', 'client') AND context = 'user'
        AND name NOT IN ('application_name', 'client_encoding') AND name !~ '_timeout$'
      """)
    return CopiedSettings(settings: try rows.map { (try $0.decode(0), try $0.decode(1)) })
  }

  func set(on connection: PostgresConnection) async throws {
    guard !settings.isEmpty else { return }
    let calls: [SQL] = settings.map { "set_config(\($0.name), \($0.value), false)" }
    try await connection.execute("SELECT \(sql: calls.joined())")
  }
}
