internal import LiveMigration
internal import Postgres
internal import SchemaChange

/// Tables and columns that can stand at the cursor of a query.
struct QueryCompletion {
  /// The most that are listed.
  private static let limit = 200
  /// The longest that the server may search while somebody waits at the keyboard.
  private static let patience = "500ms"

  let session: ShellSession

  /// - Parameters:
  ///   - text: The line up to the cursor, `sql` included.
  ///   - word: The word at the cursor as it is typed, which the candidate takes the place of.
  func candidates(_ text: String, word: String) async -> [Completion] {
    guard let connection = try? await session.engine().connection() else { return [] }
    let (start, name) = Self.lastName(of: word)
    let others = Self.names(in: text)
    let found: [String] =
      (try? await connection.transaction(TransactionOptions(isReadOnly: true)) { connection in
        try await connection.execute("SET LOCAL statement_timeout = \(literal: Self.patience)")
        return try await connection.query(Self.query(name, others)).map { try $0.decode(0) }
      }) ?? []
    // A role may give a table a name with a line end in it, which would be a command of its own once it is typed.
    let safe = found.filter { !$0.unicodeScalars.contains(where: Sanitised.isHidden) }
    return safe.map { Completion(insert: start + $0, display: $0, isVerbatim: true) }
  }

  /// The name that a word ends with, and what stands before it: of `count(pub`, `pub`.
  private static func lastName(of word: String) -> (start: String, name: String) {
    let name = word.reversed().prefix { $0.isLetter || $0.isNumber || "_.$".contains($0) }
    return (String(word.dropLast(name.count)), String(name.reversed()))
  }

  /// The names of the line, whose columns may be meant.
  private static func names(in text: String) -> [String] {
    text.split { !($0.isLetter || $0.isNumber || "_.$".contains($0)) }.map { $0.lowercased() }
  }

  /// Relations that begin so, by the path alone where they are on it, and columns of the relations of the line.
  private static func query(_ start: String, _ names: [String]) -> SQL {
    """
    WITH relation AS (
      SELECT c.oid, CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN pg_catalog.quote_ident(c.relname)
        ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) END AS word,
        n.nspname || '.' || c.relname AS whole, c.relname
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_(toast|temp)'
        AND (n.nspname NOT IN ('pg_catalog', 'information_schema') OR \(start) ~ '^(pg_|information_schema)')
    ), candidate AS (
      SELECT 1 AS rank, pg_catalog.quote_ident(a.attname) AS word
      FROM relation AS r JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid
      WHERE a.attnum > 0 AND NOT a.attisdropped AND (r.relname = ANY (\(names)) OR r.whole = ANY (\(names)))
        AND \(start) <> ''
      UNION SELECT 2, word FROM relation
      UNION SELECT 2, pg_catalog.quote_ident(pg_catalog.split_part(whole, '.', 1)) || '.' || pg_catalog.quote_ident(relname)
      FROM relation WHERE \(start) LIKE '%.%'
    )
    SELECT DISTINCT ON (rank, word) word FROM candidate
    WHERE pg_catalog.starts_with(word, \(start)) ORDER BY rank, word LIMIT \(limit)
    """
  }
}
