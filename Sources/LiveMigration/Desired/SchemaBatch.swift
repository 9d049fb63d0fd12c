internal import Postgres
internal import SchemaChange

/// Runs statements of schema files that have the same settings, in one transaction where they allow it.
struct SchemaBatch {
  let connection: PostgresConnection

  typealias Outcome = (LoadedStatement, ServerError?)

  /// How many statements are sent in one message.
  private static let message = 40

  /// Runs statements; one that fails leaves nothing, and those after it run.
  ///
  /// - Returns: Every statement, with what the server says of one that fails.
  func run(_ statements: ArraySlice<LoadedStatement>) async throws -> [Outcome] {
    guard let first = statements.first else { return [] }
    try await set(first.settings)
    guard first.statement.isTransactional else { return try await runAlone(statements) }
    return try await connection.transaction { connection in
      let outcomes = try await run(statements, in: connection)
      do {
        try await DirectRun.checkShared(on: connection)
      } catch is DirectRun.SharedChange {
        throw DesiredError.refused(
          first.statement.location,
          message: "a statement from here on changes roles or databases, which a server shares",
          detail: nil, hint: nil)
      }
      return outcomes
    }
  }

  private func set(_ settings: [MigrationStatement]) async throws {
    // Nothing here is worth a wait for the disk.
    try await connection.script("RESET ALL; SET synchronous_commit = off")
    for setting in settings {
      do {
        try await connection.script(setting.sql)
      } catch PostgresError.server(let error) {
        throw DesiredError.refused(setting.location, error)
      }
    }
  }

  /// Runs statements that no transaction may hold.
  private func runAlone(_ statements: ArraySlice<LoadedStatement>) async throws -> [Outcome] {
    var outcomes: [Outcome] = []
    for loaded in statements {
      do {
        try await connection.script(loaded.statement.sql)
        outcomes.append((loaded, nil))
      } catch PostgresError.server(let error) {
        outcomes.append((loaded, error))
      }
    }
    return outcomes
  }

  private func run(
    _ statements: ArraySlice<LoadedStatement>, in connection: isolated PostgresConnection
  ) async throws -> [Outcome] {
    var outcomes: [Outcome] = []
    var rest = statements
    var size = Self.message
    // Most statements find what they need: each gets a savepoint of its own only where one has failed.
    var isCareful = false
    while !rest.isEmpty {
      let part = rest.prefix(size)
      try await connection.script("SAVEPOINT djogi_part")
      let answer = try await connection.batch(part.flatMap { isCareful ? $0.saved : [$0.text] })
      guard let failure = answer.failure else {
        try await connection.script("RELEASE SAVEPOINT djogi_part")
        outcomes += part.map { ($0, nil) }
        rest = rest.dropFirst(part.count)
        (size, isCareful) = (Self.message, false)
        continue
      }
      guard case .server(let error) = failure.error else { throw failure.error }
      // The server reads the whole message before it runs a part of it.
      let isUnread = error.sqlState == .syntaxError && part.count > 1
      if isUnread || !isCareful {
        try await connection.script("ROLLBACK TO SAVEPOINT djogi_part")
        if isUnread { size = 1 }
        isCareful = true
        continue
      }
      let done = part.prefix(failure.statement / 3)
      guard let refused = part.dropFirst(done.count).first else { throw failure.error }
      if error.sqlState == .syntaxError {
        throw DesiredError.refused(refused.statement.location, error)
      }
      try await connection.script("ROLLBACK TO SAVEPOINT djogi_statement")
      outcomes += done.map { ($0, nil) }
      outcomes.append((refused, error))
      rest = rest.dropFirst(done.count + 1)
    }
    return outcomes
  }
}

extension LoadedStatement {
  fileprivate var text: String { statement.strictText ?? statement.sql }
  fileprivate var saved: [String] {
    ["SAVEPOINT djogi_statement", text, "RELEASE SAVEPOINT djogi_statement"]
  }
}
