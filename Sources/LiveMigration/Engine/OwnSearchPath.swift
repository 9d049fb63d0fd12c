internal import Postgres
internal import SchemaChange

/// The search path that a migration sets for itself.
///
/// A direct run would look every later name up along it, in one session. A plan has many sessions, so the path becomes
/// that of all its statements: those before the `SET` look nothing up.
struct OwnSearchPath: Sendable {
  /// The path, as the server writes it.
  let value: String
  /// The session's own, as a plan would keep it.
  let former: PlanSession

  /// Sets the path of a migration in the session, where it has one of its own.
  ///
  /// - Returns: `nil` where it sets none; or one that no constant says, several, or one behind names that are looked up:
  ///   such a statement is refused like any other setting.
  static func enter(
    _ changes: [Change], on connection: PostgresConnection
  ) async throws -> OwnSearchPath? {
    guard let change = statement(in: changes) else { return nil }
    let former = try await PlanSession.read(on: connection)
    do {
      // `SET LOCAL` ends with its transaction, and only the server knows how a list of names is written.
      try await connection.transaction { connection in
        try await connection.script(change.sql)
        guard try await connection.schemasBeforeCatalogue().isEmpty else { throw Read(value: nil) }
        throw Read(value: try await current(on: connection))
      }
    } catch let read as Read {
      guard let value = read.value else { return nil }
      try await set(value, on: connection)
      return OwnSearchPath(value: value, former: former)
    } catch PostgresError.server {
      // The server refuses the statement, and says so when it is judged.
    }
    return nil
  }

  private struct Read: Error {
    /// `nil` for one that puts schemas in front of the server's own.
    let value: String?
  }

  /// The first of the statements that set the path, where all set the same one, and nothing before it depends on one.
  private static func statement(in changes: [Change]) -> Change? {
    let paths = changes.filter(\.setsSearchPath)
    guard let first = paths.first, let path = first.searchPath,
      paths.allSatisfy({ $0.searchPath == path })
    else { return nil }
    let isFirst = changes.prefix { !$0.setsSearchPath }.allSatisfy(\.looksNothingUp)
    return isFirst ? first : nil
  }

  static func current(on connection: isolated PostgresConnection) async throws -> String {
    try await connection.query("SELECT pg_catalog.current_setting('search_path')").only().decode(0)
  }

  static func set(_ value: String, on connection: PostgresConnection) async throws {
    try await connection.execute(
      "SELECT pg_catalog.set_config('search_path', \(value), false)")
  }
}

extension LiveEngine {
  /// Runs something after which the session looks names up as before.
  func keepingSearchPath<Result>(
    on connection: PostgresConnection, _ body: () async throws -> Result
  ) async throws -> Result {
    let former = try await connection.run { try await OwnSearchPath.current(on: $0) }
    do {
      let result = try await body()
      try await OwnSearchPath.set(former, on: connection)
      return result
    } catch {
      try? await OwnSearchPath.set(former, on: connection)
      throw error
    }
  }
}

extension Change {
  fileprivate var setsSearchPath: Bool {
    guard case .other(let other) = operation, case .set("search_path", _) = other.session
    else { return false }
    return true
  }

  /// The search path that it sets, as the file says it; `nil` for one that no constant says.
  fileprivate var searchPath: String? {
    guard case .other(let other) = operation, case .set("search_path", let value) = other.session
    else { return nil }
    return value
  }

  /// Whether a search path gives none of its names a meaning.
  fileprivate var looksNothingUp: Bool {
    switch operation {
    case .createTable, .drop, .addColumn, .renameTable, .renameColumn:
      !mentions.isEmpty && mentions.allSatisfy { $0.schema != nil }
    case .other(let other): [.set, .createSchema].contains(other.kind) && mentions.isEmpty
    default: false
    }
  }
}
