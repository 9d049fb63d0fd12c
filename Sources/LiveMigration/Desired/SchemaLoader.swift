internal import Postgres
internal import SchemaChange

/// A statement of a file, with the settings that stand before it there.
struct LoadedStatement: Sendable {
  var statement: MigrationStatement
  var settings: [MigrationStatement] = []

  /// The statements of files; a file's settings are for its own statements alone.
  ///
  /// - Throws: `DesiredError` for what no schema file may hold.
  static func all(of files: [SchemaFile]) throws(DesiredError) -> [LoadedStatement] {
    var all: [LoadedStatement] = []
    for file in files {
      var settings: [MigrationStatement] = []
      let statements = file.statements
      if statements.isEmpty { try refuseUnread(file) }
      for statement in statements {
        let place = statement.location
        if statement.isMetaCommand { throw .notSQL(place, String(statement.sql.prefix(40))) }
        switch statement.use {
        case .writesRows: throw .rows(place)
        case .leavesDatabase: throw .leavesDatabase(place)
        case .leavesNoDefinition: throw .noDefinition(place)
        case .sets: settings.append(statement)
        case .resetsAll: settings = []
        case .defines, .setsDefaultPrivileges:
          all.append(LoadedStatement(statement: statement, settings: settings))
        }
      }
    }
    return all
  }

  /// Refuses a file that cannot even be cut into statements: it would count as an empty one.
  private static func refuseUnread(_ file: SchemaFile) throws(DesiredError) {
    do throws(MigrationSyntaxError) {
      _ = try MigrationParser.parse(file.text, file: file.path)
    } catch {
      throw .unreadable(error.location, message: error.message)
    }
  }
}

/// Runs files in a scratch database, in whatever order the statements need.
struct SchemaLoader {
  let connection: PostgresConnection

  /// How many statements share a transaction.
  private static let share = 200

  /// What the server says where an object is not there yet.
  private static let missing: Set<String> = [
    "42P01", "42703", "42704", "42883", "3F000", "42830", "42P10", "42809", "55000",
  ]
  private static let duplicate: Set<String> = ["42P07", "42710", "42723", "42P06", "42701"]

  /// Loads files.
  ///
  /// - Throws: `DesiredError` with the statement that cannot run, or may not.
  @discardableResult
  func load(_ files: [SchemaFile]) async throws -> [LoadedStatement] {
    try await load(LoadedStatement.all(of: files))
  }

  /// Loads statements.
  ///
  /// A statement that lacks an object is put back until a round brings no progress.
  ///
  /// - Returns: The statements in the order in which they ran.
  /// - Throws: `DesiredError` with the statement that cannot run.
  func load(_ statements: [LoadedStatement]) async throws -> [LoadedStatement] {
    var waiting = statements
    let all = waiting.map(\.statement)
    // The order of files means nothing: grants by default count for what is made afterwards, as in a dump of pg_dump.
    var last = waiting.filter { $0.statement.use == .setsDefaultPrivileges }
    waiting.removeAll { $0.statement.use == .setsDefaultPrivileges }
    if waiting.isEmpty { swap(&waiting, &last) }
    var done: [LoadedStatement] = []
    while !waiting.isEmpty {
      var left: [(LoadedStatement, ServerError)] = []
      var softened = false
      var rest = waiting[...]
      while let first = rest.first {
        let part = rest.prefix(first.statement.isTransactional ? Self.share : 1).prefix {
          $0.statement.isTransactional == first.statement.isTransactional
            && $0.settings == first.settings
        }
        rest = rest.dropFirst(part.count)
        for (loaded, error) in try await SchemaBatch(connection: connection).run(part) {
          guard let error else {
            done.append(loaded)
            continue
          }
          if loaded.statement.strictText != nil, Self.duplicate.contains(error.sqlState.rawValue) {
            // Another file defines it; the same file may, in two steps, and so may the server itself.
            if let twice = definedTwice(loaded.statement, all, inOtherFile: true) { throw twice }
            var again = loaded
            again.statement.strictText = nil
            left.append((again, error))
            softened = true
            continue
          }
          guard Self.missing.contains(error.sqlState.rawValue) else {
            throw refusal(of: loaded.statement, error, among: all)
          }
          left.append((loaded, error))
        }
      }
      if left.count == waiting.count, !softened, let (loaded, error) = left.first {
        if let circle = SchemaStatement.circle(among: left.map(\.0.statement)) {
          throw DesiredError.cycle(circle)
        }
        throw refusal(of: loaded.statement, error, among: all)
      }
      waiting = left.map(\.0)
      if waiting.isEmpty { swap(&waiting, &last) }
    }
    try await connection.execute("RESET ALL")
    try await refuseRows()
    return done
  }

  /// Refuses rows that no statement alone tells of: those of a function, or a query that makes a table.
  private func refuseRows() async throws {
    let rows = try await connection.query(
      """
      SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND \(raw: SchemaQueries.own) AND \(raw: SchemaQueries.free("c.oid", "pg_class"))
        AND pg_relation_size(c.oid) > 0
      ORDER BY 1 LIMIT 1
      """)
    if let table: String = try rows.first?.decode(0) { throw DesiredError.rowsWritten(table) }
  }

  private func refusal(
    of statement: MigrationStatement, _ error: ServerError, among all: [MigrationStatement]
  ) -> DesiredError {
    if Self.duplicate.contains(error.sqlState.rawValue),
      let twice = definedTwice(statement, all, inOtherFile: false)
    {
      return twice
    }
    return .refused(statement.location, error)
  }

  private func definedTwice(
    _ statement: MigrationStatement, _ all: [MigrationStatement], inOtherFile: Bool
  ) -> DesiredError? {
    let names = SchemaStatement(statement).names
    let other = all.first {
      $0.location != statement.location
        && (!inOtherFile
          || $0.location.file != statement.location.file
            && $0.sql.prefix(6).lowercased() == "create")
        && !SchemaStatement($0).names.isDisjoint(with: names)
    }
    guard let other, let name = names.first else { return nil }
    return .definedTwice(name, first: other.location, second: statement.location)
  }
}

extension DesiredError {
  static func refused(_ place: SourceLocation, _ error: ServerError) -> DesiredError {
    .refused(place, message: error.message, detail: error.detail, hint: error.hint)
  }
}
