internal import LiveMigration
internal import SchemaChange

/// Lines that hands trained by psql type.
enum PsqlHabits {
  /// What a line asks for.
  enum Request: Hashable {
    /// A line of ours.
    case line(String)
    /// Text to print.
    case echo(String)
    /// A command for `sh`; empty for a shell.
    case shell(String)
    /// A setting to turn on or off.
    case toggle(String)
  }

  /// Reads a line; one that does not begin with `\` stays as it is.
  ///
  /// - Throws: `UsageError` for a `\` command that there is no counterpart of.
  static func request(_ text: String) throws(UsageError) -> Request {
    let line = text.withoutOuterBlanks
    guard line.hasPrefix("\\") else { return .line(text) }
    if line.hasPrefix("\\!") { return .shell(String(line.dropFirst(2)).withoutOuterBlanks) }
    let name = String(line.prefix { !$0.isWhitespace })
    let rest = String(line.dropFirst(name.count))
    switch name {
    case "\\echo": return .echo(rest.withoutOuterBlanks)
    case "\\x", "\\timing":
      let setting = name == "\\x" ? "expanded" : "timing"
      return rest.withoutOuterBlanks.isEmpty ? .toggle(setting) : .line("set " + setting + rest)
    case "\\d", "\\dt":
      let table = rest.withoutOuterBlanks
      let query = table.isEmpty ? CatalogueQuery.tables : CatalogueQuery.columns(of: table)
      return .line("sql " + query)
    case "\\e", "\\edit":
      throw UsageError(
        message: "there is no \(name): a \\ at the end goes on with the line, source runs a file",
        word: name)
    default:
      guard let command = commands[name] else {
        throw UsageError(
          message: "there is no \(name)",
          suggestion: NearestWord.of(name, among: names), word: name)
      }
      return .line(command + rest)
    }
  }

  /// What can be typed.
  static var names: [String] {
    (commands.keys + ["\\!", "\\d", "\\dt", "\\echo", "\\timing", "\\x"]).sorted()
  }

  private static let commands = [
    "\\q": "quit", "\\?": "help", "\\h": "help", "\\conninfo": "conninfo", "\\i": "source",
    "\\watch": "watch", "\\l": "list",
  ]
}

/// What `\d` asks the catalogue.
private enum CatalogueQuery {
  static let tables = """
    SELECT n.nspname AS schema, c.relname AS table, \
    pg_size_pretty(pg_total_relation_size(c.oid)) AS size, \
    CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS "rows, about" \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
    ORDER BY 1, 2
    """

  static func columns(of table: String) -> String {
    """
    SELECT a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, \
    CASE WHEN a.attnotnull THEN 'not null' END AS nullable, \
    pg_get_expr(d.adbin, d.adrelid) AS default FROM pg_catalog.pg_attribute AS a \
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    WHERE a.attrelid = '\(table.replacing("'", with: "''"))'::regclass AND a.attnum > 0 \
    AND NOT a.attisdropped ORDER BY a.attnum
    """
  }
}
