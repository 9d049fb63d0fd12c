internal import Postgres
internal import SchemaChange

/// Runs files in a scratch database, in whatever order the statements need.
struct SchemaLoader {
  let connection: PostgresConnection

  /// How many statements share a transaction.
  private static let share = 200
  /// How many are sent in one message.
  private static let message = 40

  /// What the server says where an object is not there yet.
  private static let missing: Set<String> = [
    "42P01", "42703", "42704", "42883", "3F000", "42830", "42P10", "42809", "55000",
  ]
  private static let duplicate: Set<String> = ["42P07", "42710", "42723", "42P06", "42701"]

  /// Loads files.
  ///
  /// A statement that lacks an object is put back until a round brings no progress.
  ///
  /// - Returns: The statements in the order in which they ran.
  /// - Throws: `DesiredError` with the statement that cannot run.
  @discardableResult
  func load(_ files: [SchemaFile]) async throws -> [MigrationStatement] {
    try await connection.execute("SET synchronous_commit = off")
    var waiting = files.flatMap(\.statements)
    if let meta = waiting.first(where: \.isMetaCommand) {
      throw DesiredError.notSQL(meta.location, String(meta.sql.prefix(40)))
    }
    if let rows = waiting.first(where: \.writesRows) {
      throw DesiredError.rows(rows.location)
    }
    if let shared = waiting.first(where: \.leavesDatabase) {
      throw DesiredError.leavesDatabase(shared.location)
    }
    if let other = waiting.first(where: \.leavesNoDefinition) {
      throw DesiredError.noDefinition(other.location)
    }
    let all = waiting
    // The order of files means nothing: grants by default count for what is made afterwards, as in a dump of pg_dump.
    var last = waiting.filter(\.setsDefaultPrivileges)
    waiting.removeAll(where: \.setsDefaultPrivileges)
    if waiting.isEmpty { swap(&waiting, &last) }
    var done: [MigrationStatement] = []
    while !waiting.isEmpty {
      var left: [(MigrationStatement, ServerError)] = []
      var softened = false
      var rest = waiting[...]
      while !rest.isEmpty {
        let isAlone = !(rest.first?.isTransactional ?? true)
        let part =
          isAlone
          ? Array(rest.prefix(1)) : Array(rest.prefix(Self.share).prefix(while: \.isTransactional))
        rest = rest.dropFirst(part.count)
        for (statement, error) in try await isAlone ? runAlone(part) : run(part) {
          guard let error else {
            done.append(statement)
            continue
          }
          if statement.strictText != nil, Self.duplicate.contains(error.sqlState.rawValue) {
            // Another file defines it; the same file may, in two steps, and so may the server itself.
            if let twice = definedTwice(statement, all, inOtherFile: true) { throw twice }
            var again = statement
            again.strictText = nil
            left.append((again, error))
            softened = true
            continue
          }
          guard Self.missing.contains(error.sqlState.rawValue) else {
            throw refusal(of: statement, error, among: all)
          }
          left.append((statement, error))
        }
      }
      if left.count == waiting.count, !softened, let (statement, error) = left.first {
        if let circle = SchemaStatement.circle(among: left.map(\.0)) {
          throw DesiredError.cycle(circle)
        }
        throw refusal(of: statement, error, among: all)
      }
      waiting = left.map(\.0)
      if waiting.isEmpty { swap(&waiting, &last) }
    }
    try await refuseRows()
    return done
  }

  /// Refuses rows that no statement alone tells of: those of a `DO` block, a function, or a query.
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
    return .refused(
      statement.location, message: error.message, detail: error.detail, hint: error.hint)
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

  /// Runs a statement that no transaction may hold.
  private func runAlone(
    _ statements: [MigrationStatement]
  ) async throws -> [(MigrationStatement, ServerError?)] {
    var results: [(MigrationStatement, ServerError?)] = []
    for statement in statements {
      do {
        try await connection.script(statement.sql)
        results.append((statement, nil))
      } catch PostgresError.server(let error) {
        results.append((statement, error))
      }
    }
    return results
  }

  private func run(
    _ statements: [MigrationStatement]
  ) async throws -> [(MigrationStatement, ServerError?)] {
    try await connection.transaction { connection in
      var results: [(MigrationStatement, ServerError?)] = []
      var rest = statements[...]
      var size = Self.message
      while !rest.isEmpty {
        let part = rest.prefix(size)
        try await connection.script("SAVEPOINT djogi_part")
        let answer = try await connection.batch(
          part.flatMap {
            [
              "SAVEPOINT djogi_statement", $0.strictText ?? $0.sql,
              "RELEASE SAVEPOINT djogi_statement",
            ]
          })
        guard let failure = answer.failure else {
          results += part.map { ($0, nil) }
          rest = rest.dropFirst(part.count)
          size = Self.message
          continue
        }
        guard case .server(let error) = failure.error else { throw failure.error }
        // The server reads the whole message before it runs a part of it.
        if error.sqlState == .syntaxError, part.count > 1 {
          try await connection.script("ROLLBACK TO SAVEPOINT djogi_part")
          size = 1
          continue
        }
        let done = part.prefix(failure.statement / 3)
        guard let refused = part.dropFirst(done.count).first else { throw failure.error }
        if error.sqlState == .syntaxError {
          throw DesiredError.refused(
            refused.location, message: error.message, detail: error.detail, hint: error.hint)
        }
        try await connection.script("ROLLBACK TO SAVEPOINT djogi_statement")
        results += done.map { ($0, nil) }
        results.append((refused, error))
        rest = rest.dropFirst(done.count + 1)
      }
      do {
        try await DirectRun.checkShared(on: connection)
      } catch is DirectRun.SharedChange {
        throw DesiredError.refused(
          statements[0].location,
          message: "a statement from here on changes roles or databases, which a server shares",
          detail: nil, hint: nil)
      }
      return results
    }
  }
}

/// What a statement of a schema file is about.
struct SchemaStatement {
  /// The object that it makes, or is about, with its schema.
  let names: Set<String>
  /// The names that it makes an object under.
  let made: QualifiedName?
  /// The relation that it is a part of.
  let relation: String?

  init(_ statement: MigrationStatement) {
    let changes = (try? MigrationParser.parse(statement.sql)) ?? []
    let found = try? StatementNames(statement.sql)
    switch changes.first?.operation {
    case .createIndex(let index): relation = Self.full(index.table)
    case .addConstraint(let add): relation = Self.full(add.table)
    case .createTable(let create): relation = Self.full(create.table)
    case .other(let other): relation = other.relation.map(Self.full)
    default: relation = nil
    }
    switch changes.first?.operation {
    case .createTable(let create): made = create.table
    case .createIndex(let index):
      made = index.name.map { QualifiedName(schema: index.table.schema, name: $0) }
    case .addConstraint, .validateConstraint, .columnDefault, .setNotNull:
      made = nil
    default:
      made =
        found?.made
        ?? found.flatMap { $0.defined.count == 1 ? $0.defined.first : nil }.map {
          QualifiedName(name: $0)
        }
    }
    if let made {
      names = [Self.full(made)]
    } else if let mention = changes.first?.mentions, mention.count == 1, let name = mention.first {
      names = [Self.full(name)]
    } else {
      names = Set((found?.defined ?? []).map { Self.full(QualifiedName(name: $0)) })
    }
  }

  /// The names of objects that wait for each other, by the words of the statements that make them.
  static func circle(among statements: [MigrationStatement]) -> [String]? {
    let makers = statements.map { statement -> (name: String, own: String, words: Set<String>) in
      let name = SchemaStatement(statement).names.first ?? ""
      let words = statement.sql.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      return (name, SchemaName.plain(SchemaName.split(name).name), Set(words.map(String.init)))
    }
    for start in makers.indices where !makers[start].own.isEmpty {
      var path = [start]
      while let last = path.last {
        let next = makers.indices.first {
          makers[$0].name != makers[last].name && !makers[$0].own.isEmpty
            && makers[last].words.contains(makers[$0].own)
        }
        guard let next else { break }
        if let begin = path.firstIndex(of: next) { return path[begin...].map { makers[$0].name } }
        path.append(next)
      }
    }
    return nil
  }

  static func full(_ name: QualifiedName) -> String {
    QualifiedName(schema: name.schema ?? "public", name: name.name).quoted
  }
}
