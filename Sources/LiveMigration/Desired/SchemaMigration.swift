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
    let here = await DumpSource(start)
    let there = await DumpSource(end, beside: here)
    async let before = SchemaCatalogue.read(on: start)
    async let wanted = SchemaCatalogue.read(on: end)
    // An equal reader alone does not show what it does not read. Both dumps are made while the difference is found.
    async let beforeDump = here.dump(owners: owners)
    async let wantedDump = there.dump(owners: owners)
    let (first, goal) = try await (before, wanted)
    try first.refuseUncovered("the schema to begin with")
    try goal.refuseUncovered("the schema that is wanted")
    var now = first
    var renames: [SchemaRename] = []
    for step in SchemaRenames.Step.allCases {
      let found =
        switch step {
        case .marked: try SchemaRenames.wanted(files, from: now, to: goal)
        case .asked: try await SchemaRenames.asked(ask, from: now, to: goal, owners: owners)
        case .implied: SchemaRenames.implied(from: now, to: goal)
        }
      guard !found.isEmpty else { continue }
      // pg_dump holds its locks to its end.
      _ = try await beforeDump
      try await run(found.map(\.up), "migration", on: start)
      renames += found
      now = try await SchemaCatalogue.read(on: start)
    }
    // Nothing here is worth a wait for the disk.
    try await start.execute("SET synchronous_commit = off")
    let renamed = now
    async let down = SchemaDifference(from: goal, to: renamed, owners: owners)
    var migration = SchemaMigration(
      up: try SchemaDifference(from: renamed, to: goal, owners: owners), down: try await down)
    migration.renames = renames
    // A question that was answered needs no warning.
    if ask != nil { migration.up.possibleRenames = [] }
    let firstPicture = SchemaPicture(catalogue: first, dump: try await beforeDump)
    migration.isProvedByDump = firstPicture.dump != nil
    guard !migration.isEmpty else {
      let goalPicture = SchemaPicture(catalogue: goal, dump: try await wantedDump)
      try check(firstPicture, goalPicture, "migration", owners: owners)
      return migration
    }
    try await run(migration.up.statements.map(\.sql), "migration", on: start)
    let goalPicture = SchemaPicture(catalogue: goal, dump: try await wantedDump)
    try await compare(start, here, goalPicture, "migration", owners: owners)
    let back = migration.down.statements.map(\.sql) + renames.reversed().map(\.down)
    try await run(back, "way back", on: start)
    try await compare(start, here, firstPicture, "way back", owners: owners)
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
    _ connection: PostgresConnection, _ source: DumpSource, _ goal: SchemaPicture, _ way: String,
    owners: Bool
  ) async throws {
    if let wanted = goal.dump, try await source.dump(owners: owners) == wanted,
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
