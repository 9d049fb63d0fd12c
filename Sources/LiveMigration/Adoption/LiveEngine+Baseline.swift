internal import Postgres
internal import SchemaChange

/// What `baseline` recorded.
public struct BaselineResult: Sendable {
  /// The migrations that are marked as applied now, by version.
  public var marked: [String]
  /// How many were recorded as applied before.
  public var known: Int
  /// The migrations that are pending.
  public var pending: [String]
  /// On what ground they were marked.
  public var ground: String
  /// The versions that another tool's table has and no file.
  public var without: [String]
}

extension LiveEngine {
  /// Marks migrations as applied without running them.
  ///
  /// Which ones is known from another tool's table, or is said with `through`, the last of them.
  ///
  /// - Parameters:
  ///   - through: The version of the last one; `nil` for what the other tool's table says.
  ///   - app: Only this application's.
  ///   - force: Whether to mark what the database visibly lacks.
  ///   - justification: The operator's reason, which is recorded.
  public func baseline(
    through: String?, app: String?, force: Bool, justification: String?
  ) async throws -> BaselineResult {
    let connection = try await session.primary()
    let search = try workspace.search(database)
    let files = search.files.filter { app == nil || $0.appLabel == app }
    guard !files.isEmpty else { throw AdoptionError.noMigrations(folder: search.folder) }
    let last = try through.map { try file(named: $0, among: files) }
    let foreign = try await foreign(on: connection)
    if let foreign, !foreign.contents.dirty.isEmpty {
      throw AdoptionError.dirty(table: foreign.table, versions: foreign.contents.dirty)
    }
    guard last != nil || foreign?.contents.entries.contains(where: \.isApplied) == true else {
      throw AdoptionError.nothingKnown(
        table: place.layout.table?.name, last: files.last?.version.rawValue)
    }
    let applied = files.filter { file in
      if let last { return file.version <= last.version }
      return foreign?.contents.isApplied(file.version) == true
    }
    if !force { try await checkTables(of: applied, on: connection) }
    return try await mark(
      applied, of: files, last, foreign, justification, on: connection)
  }

  private typealias Foreign = (table: String, contents: ForeignLedger.Contents)

  private func foreign(on connection: PostgresConnection) async throws -> Foreign? {
    guard let kind = place.layout.table,
      let found = try await ForeignLedger.find(kind, on: connection)
    else { return nil }
    return (found.table.quoted, try await found.contents(on: connection))
  }

  private func file(named name: String, among files: [MigrationFile]) throws -> MigrationFile {
    let whole = files.last { $0.version.rawValue == name }
    guard let file = whole ?? files.last(where: { $0.version.isNamed(by: name) }) else {
      throw AdoptionError.noSuchVersion(name)
    }
    return file
  }

  /// Records all of them, or none.
  private func mark(
    _ applied: [MigrationFile], of files: [MigrationFile], _ last: MigrationFile?,
    _ foreign: Foreign?, _ justification: String?, on connection: PostgresConnection
  ) async throws -> BaselineResult {
    let ground =
      last.map { "through \($0.version)" } ?? foreign.map { "as \($0.table) says" } ?? ""
    try await ledger.create(on: connection)
    let apps = Set(applied.map(\.appLabel)).sorted()
    for app in apps {
      try await checkBucket(app, on: connection)
    }
    for app in apps { try await ledger.lockBucket(database, app, on: connection) }
    do {
      let recorded = try await ledger.recorded(on: connection)
      let known = Set(recorded.filter(\.isComplete).map { [$0.version, $0.appLabel] })
      func isKnown(_ file: MigrationFile) -> Bool {
        known.contains([file.version.rawValue, file.appLabel])
      }
      let new = applied.filter { !isKnown($0) }
      try await ledger.mark(
        try new.map { ($0, try $0.load()) },
        ground: justification.map { "\(ground): \($0)" } ?? ground, alsoForeign: recordsForeign,
        on: connection)
      for app in apps { try await ledger.unlockBucket(database, app, on: connection) }
      let names = Set(applied.map(\.path))
      return BaselineResult(
        marked: new.map(\.version.rawValue), known: files.count { isKnown($0) },
        pending: files.filter { !names.contains($0.path) && !isKnown($0) }
          .map(\.version.rawValue),
        ground: ground, without: foreign?.contents.without(files) ?? [])
    } catch {
      for app in apps { try? await ledger.unlockBucket(database, app, on: connection) }
      throw error
    }
  }

  /// Refuses migrations that make a table which the database lacks, and that no later one of them takes away.
  private func checkTables(
    of files: [MigrationFile], on connection: PostgresConnection
  ) async throws {
    var made: [(table: QualifiedName, version: String)] = []
    for file in files {
      let parsed = MigrationParser.read(
        try file.load().text, file: file.path, serverVersion: connection.info.serverVersion)
      for change in parsed.changes {
        Self.follow(change.operation, &made, version: file.version.rawValue)
      }
    }
    let there: [Bool] = try await connection.query(
      """
      SELECT pg_catalog.to_regclass(name) IS NOT NULL
      FROM pg_catalog.unnest(\(made.map(\.table.quoted))::text[]) WITH ORDINALITY AS t (name, place)
      ORDER BY place
      """
    ).map { try $0.decode(0) }
    let missing = zip(made, there).filter { !$0.1 }.map {
      AdoptionError.Missing(table: $0.0.table.quoted, version: $0.0.version)
    }
    guard missing.isEmpty else { throw AdoptionError.contradicted(missing) }
  }

  /// Keeps track of the tables that a history has made.
  private static func follow(
    _ operation: SchemaOperation, _ made: inout [(table: QualifiedName, version: String)],
    version: String
  ) {
    switch operation {
    case .createTable(let create)
    where !create.isTemporary && create.table.schema?.hasPrefix("pg_temp") != true:
      made.append((create.table, version))
    case .renameTable(let table, let name):
      for index in made.indices where made[index].table.names(table) {
        made[index].table.name = name
      }
    case .drop(let drop) where drop.objectType == .schema:
      made.removeAll { entry in drop.names.contains { $0.name == entry.table.schema } }
    case .drop(let drop):
      made.removeAll { entry in drop.names.contains { entry.table.names($0) } }
    case .other(let other) where other.kind == .setSchema || other.kind == .notUnderstood:
      made.removeAll { entry in other.relation.map { entry.table.names($0) } ?? false }
    default: break
    }
  }
}

extension QualifiedName {
  /// Whether another name may mean the same table: one without a schema means any.
  fileprivate func names(_ other: QualifiedName) -> Bool {
    name == other.name && (schema == nil || other.schema == nil || schema == other.schema)
  }
}
