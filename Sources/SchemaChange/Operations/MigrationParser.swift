internal import CGrammar
internal import Postgres

/// What was read from a migration file.
public struct ParsedMigration: Sendable, Hashable {
  /// The changes in the file's order.
  public var changes: [Change]
  /// The statements that could not be read; the others are in ``changes`` all the same.
  public var errors: [MigrationSyntaxError]
  /// Statements that are left out on purpose, because a runner has its own: see ``SessionPolicy``.
  public var ignored: [IgnoredStatement]

  /// A statement that is left out, and why.
  public struct IgnoredStatement: Sendable, Hashable {
    /// Where it stands.
    public var location: SourceLocation
    /// The statement.
    public var sql: String
    /// Why it is left out, in a sentence.
    public var reason: String
  }
}

/// Reads a migration with PostgreSQL's grammar.
public enum MigrationParser {
  /// The version of the grammar, as `server_version_num` writes it.
  public static let grammarVersion = Int(PG_VERSION_NUM)
  /// The major version of the grammar.
  public static let grammarMajor = grammarVersion / 10_000
  /// The longest text that is read, in bytes.
  public static let sizeLimit = 16 << 20

  /// The changes of a migration, in its order.
  ///
  /// - Parameter serverVersion: the connected server's `server_version_num`. A server newer than the grammar may
  ///   understand what the grammar does not: such a statement becomes a change of kind
  ///   ``StatementKind/notUnderstood`` instead of an error.
  /// - Throws: the first statement that cannot be read.
  public static func parse(
    _ source: String, file: String? = nil, serverVersion: Int? = nil
  ) throws(MigrationSyntaxError) -> [Change] {
    let parsed = read(source, file: file, serverVersion: serverVersion)
    if let error = parsed.errors.first { throw error }
    return parsed.changes
  }

  /// The changes of a migration together with every statement that cannot be read.
  public static func read(
    _ source: String, file: String? = nil, serverVersion: Int? = nil
  ) -> ParsedMigration {
    // psql skips a byte order mark, too.
    let text = source.unicodeScalars.first == "\u{FEFF}" ? String(source.dropFirst()) : source
    let script = MigrationScript(text, file: file)
    let newer = (serverVersion ?? 0) / 10_000 > grammarMajor
    var parsed = ParsedMigration(
      changes: [], errors: script.errors + script.unknownRules, ignored: [])
    for statement in script.statements {
      do {
        parsed.changes += try statement.changes()
      } catch {
        let refusal = script.error(error, in: statement, newerServer: newer)
        if newer {
          parsed.changes.append(statement.notUnderstood(refusal))
        } else {
          parsed.errors.append(refusal)
        }
      }
    }
    parsed.changes = SessionPolicy.sorting(parsed.changes, into: &parsed)
    return parsed
  }
}

extension MigrationScript {
  /// A refusal of the grammar, placed in the file.
  func error(
    _ error: GrammarError, in statement: ScriptStatement, newerServer: Bool = false
  ) -> MigrationSyntaxError {
    let offset = statement.range.lowerBound + (error.offset ?? 0)
    let location = map.location(ofByte: offset)
    let note =
      "read with the grammar of PostgreSQL \(MigrationParser.grammarMajor)"
      + (newerServer ? "; the connected server is newer and may understand it" : "")
    return MigrationSyntaxError(
      location: location, message: error.message, sourceLine: map.line(location.line), note: note)
  }
}
