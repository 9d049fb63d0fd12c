internal import Postgres
internal import SchemaChange

/// A migration from one schema to another, with the way back.
public struct SchemaMigration: Sendable, Hashable {
  /// The statements that rename; they come first.
  var renames: [SchemaRename] = []
  /// What leads there.
  var up: SchemaDifference
  /// What leads back.
  var down: SchemaDifference

  /// Whether `pg_dump` was asked too; it is not where none suits the server.
  public internal(set) var isProvedByDump = false

  /// Whether there is nothing to do.
  public var isEmpty: Bool { renames.isEmpty && up.statements.isEmpty }
  /// What is lost by it.
  public var destroyed: [String] { up.destroyed }
  /// What may be a rename, and is not marked as one.
  public var possibleRenames: [PossibleRename] { up.possibleRenames }

  /// The text of the migration file.
  public var upText: String { Self.text(renames.map(\.up).map(Self.plain) + up.statements) }
  /// The text of the file that takes it back.
  public var downText: String {
    Self.text(down.statements + renames.reversed().map(\.down).map(Self.plain))
  }

  private static func plain(_ sql: String) -> SchemaDifference.Statement {
    SchemaDifference.Statement(sql: sql)
  }

  private static func text(_ statements: [SchemaDifference.Statement]) -> String {
    statements.map { statement in
      (statement.destroys.map { "-- destroys: \($0.replacing("\n", with: " "))\n" } ?? "")
        + statement.sql + ";\n"
    }.joined(separator: "\n")
  }

  /// Finds a migration, and proves it on the databases of the sessions, of which the first changes.
  ///
  /// - Parameters:
  ///   - start: The database with the schema to begin with; it is the same again afterwards.
  ///   - end: The database with the schema to come to.
  ///   - files: The files with marks of renames.
  ///   - ask: Asks whether something is renamed that no mark tells of.
  /// - Throws: `DesiredError` where the statements do not lead there, or not back.
  static func prove(
    from start: PostgresConnection, to end: PostgresConnection, files: [SchemaFile], owners: Bool,
    ask: DiffOptions.Asking? = nil
  ) async throws -> SchemaMigration {
    // An equal reader alone does not show what it does not read.
    async let before = SchemaPicture.take(of: start, owners: owners)
    async let wanted = SchemaPicture.take(of: end, owners: owners)
    let (first, goal) = try await (before, wanted)
    try first.catalogue.refuseUncovered("the schema to begin with")
    try goal.catalogue.refuseUncovered("the schema that is wanted")
    var now = first.catalogue
    var renames: [SchemaRename] = []
    for step in SchemaRenames.Step.allCases {
      let found =
        switch step {
        case .marked: try SchemaRenames.wanted(files, from: now, to: goal.catalogue)
        case .asked:
          try await SchemaRenames.asked(ask, from: now, to: goal.catalogue, owners: owners)
        case .implied: SchemaRenames.implied(from: now, to: goal.catalogue)
        }
      guard !found.isEmpty else { continue }
      try await run(found.map(\.up), "migration", on: start)
      renames += found
      now = try await SchemaCatalogue.read(on: start)
    }
    var migration = SchemaMigration(
      up: try SchemaDifference(from: now, to: goal.catalogue, owners: owners),
      down: try SchemaDifference(from: goal.catalogue, to: now, owners: owners))
    migration.renames = renames
    // A question that was answered needs no warning.
    if ask != nil { migration.up.possibleRenames = [] }
    migration.isProvedByDump = goal.dump != nil
    guard !migration.isEmpty else {
      try check(first, goal, "migration", owners: owners)
      return migration
    }
    try await run(migration.up.statements.map(\.sql), "migration", on: start)
    try await compare(start, goal, "migration", owners: owners)
    let back = migration.down.statements.map(\.sql) + renames.reversed().map(\.down)
    try await run(back, "way back", on: start)
    try await compare(start, first, "way back", owners: owners)
    return migration
  }

  private static func run(
    _ statements: [String], _ way: String, on connection: PostgresConnection
  ) async throws {
    for sql in statements {
      do {
        try await connection.script(sql)
      } catch PostgresError.server(let error) {
        throw DesiredError.statementRefused(way: way, sql: sql, message: error.message)
      }
    }
  }

  private static func compare(
    _ connection: PostgresConnection, _ goal: SchemaPicture, _ way: String, owners: Bool
  ) async throws {
    if let wanted = goal.dump,
      try await DumpText.make(of: connection, owners: owners) == wanted,
      try await SchemaCatalogue.read(.unsaidByDump, on: connection).differences(
        from: goal.catalogue.restricted(to: .unsaidByDump), words: ("", ""), owners: owners
      ).isEmpty
    {
      return
    }
    let result = try await SchemaPicture.take(of: connection, owners: owners)
    try check(result, goal, way, owners: owners)
  }

  private static func check(
    _ result: SchemaPicture, _ goal: SchemaPicture, _ way: String, owners: Bool
  ) throws(DesiredError) {
    let found = result.differences(
      from: goal, words: ("the result", "what is wanted"), owners: owners)
    guard found.isEmpty else { throw DesiredError.notProved(way: way, differences: found) }
  }
}

extension SchemaCatalogue {
  /// Refuses what cannot be compared.
  func refuseUncovered(_ side: String) throws(DesiredError) {
    guard uncovered.isEmpty else { throw .uncovered(uncovered, side: side) }
  }
}
