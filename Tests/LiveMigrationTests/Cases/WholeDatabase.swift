import Postgres
import PrivateServer

/// All that a migration may change in a database, as lines that are equal for equal databases.
///
/// Beside the definitions and the rows these are the shapes and places of all relations, invalid indexes, functions and
/// triggers, and whether each B-tree holds what its table holds, where the server has `amcheck`. The columns of indexes
/// do not count: they keep the names that the table's had before a rename, the server's own renames included.
enum WholeDatabase {
  /// Reads a database of a server.
  static func state(of name: String, on server: PrivateServer) async throws -> [String] {
    let schema = try await server.comparableSchema(of: name)
    let connection = try await PostgresConnection.connect(
      ConnectionConfiguration(server.url(database: name)))
    var lines = statements(schema)
    for query in catalogue { lines += try await texts(query, on: connection) }
    for table in try await texts(tables, on: connection) {
      let rows: SQL = """
        SELECT count(*) || ' ' || coalesce(md5(string_agg(line, '|' ORDER BY line)), '')
        FROM (SELECT to_jsonb(whole)::text AS line FROM \(raw: table) AS whole) AS lines
        """
      lines += try await texts(rows, on: connection).map { "rows of \(table): \($0)" }
    }
    lines += try await brokenIndexes(on: connection)
    await connection.close()
    return lines
  }

  /// A dump's statements; in what order they come depends on numbers that no user sees.
  private static func statements(_ dump: String) -> [String] {
    dump.replacing(";\n", with: ";\u{0}").split(separator: "\u{0}").map(String.init)
      .filter { !$0.hasPrefix("SET ") && !$0.hasPrefix("SELECT pg_catalog.set_config") }
      .sorted()
  }

  private static func texts(
    _ query: SQL, on connection: PostgresConnection
  ) async throws -> [String] {
    try await connection.query(query).map { try $0.decode(0, as: String.self) }
  }

  private static let userSpace: SQL = """
    n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%'
      AND n.nspname NOT LIKE 'pg_toast_temp%'
    """

  private static let tables: SQL = """
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND c.relname NOT LIKE 'djogi%'
      AND \(sql: userSpace) ORDER BY 1
    """

  private static let catalogue: [SQL] = [
    """
    SELECT 'column ' || c.relkind::text || ' ' || n.nspname || '.' || c.relname || '.' || a.attname
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE \(sql: userSpace) AND c.relkind NOT IN ('i', 'I') AND c.relname NOT LIKE 'djogi%'
      AND a.attnum > 0 AND NOT a.attisdropped
    """,
    """
    SELECT 'place ' || n.nspname || '.' || c.relname || ' ' || coalesce(s.spcname, 'default')
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_tablespace AS s ON s.oid = c.reltablespace
    WHERE \(sql: userSpace) AND c.relname NOT LIKE 'djogi%' AND c.relkind IN ('r', 'i', 'p', 'I')
    """,
    "SELECT 'invalid ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid",
    """
    SELECT 'function ' || p.oid::regprocedure FROM pg_proc AS p
      JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE \(sql: userSpace)
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
    """,
    "SELECT 'trigger ' || tgname || ' ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal",
  ]

  /// What `amcheck` says of the B-trees; nothing when all are sound, or when the server does not have it.
  private static func brokenIndexes(on connection: PostgresConnection) async throws -> [String] {
    let available = try await texts(
      "SELECT name::text FROM pg_available_extensions WHERE name = 'amcheck'", on: connection)
    guard !available.isEmpty else { return [] }
    try await connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA pg_catalog")
    let check: SQL = """
      SELECT bt_index_check(c.oid, true)::text FROM pg_class AS c JOIN pg_am AS m ON m.oid = c.relam
        JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_index AS i ON i.indexrelid = c.oid
      WHERE m.amname = 'btree' AND c.relkind = 'i' AND i.indisvalid AND c.relpersistence <> 't'
        AND \(sql: userSpace)
      """
    do {
      _ = try await connection.query(check)
      return []
    } catch let error as PostgresError {
      return ["btree: \(error)"]
    }
  }
}
