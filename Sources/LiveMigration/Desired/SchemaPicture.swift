internal import Postgres

/// A schema as both of its readers see it.
struct SchemaPicture: Sendable {
  let catalogue: SchemaCatalogue
  /// What `pg_dump` writes; `nil` where none can be asked.
  let dump: DumpText?

  /// Looks at the database of a session.
  static func take(of connection: PostgresConnection, owners: Bool) async throws -> SchemaPicture {
    // Asked for first: a session that reads the catalogue answers nothing else meanwhile.
    let source = await DumpSource(connection)
    async let dump = source.dump(owners: owners)
    let catalogue = try await SchemaCatalogue.read(on: connection)
    return SchemaPicture(catalogue: catalogue, dump: try await dump)
  }

  /// Looks at the database that people use; `pg_dump` is not asked where the role may not read all its tables.
  static func ofLive(_ live: PostgresConnection, owners: Bool) async throws -> SchemaPicture {
    guard try await SchemaDump.unreadableTables(of: live).isEmpty else {
      return SchemaPicture(catalogue: try await SchemaCatalogue.read(on: live), dump: nil)
    }
    return try await take(of: live, owners: owners)
  }

  /// What differs between two schemas, in words; what only `pg_dump` sees is told of where the catalogues are equal.
  func differences(
    from other: SchemaPicture, words: (mine: String, other: String), owners: Bool
  ) -> [String] {
    let found = catalogue.differences(from: other.catalogue, words: words, owners: owners)
    guard found.isEmpty, let dump, let before = other.dump else { return found }
    return dump.differences(from: before, words: words)
  }
}

/// The objects that are read.
enum SchemaPart: Sendable {
  /// All of them.
  case all
  /// Those of which `pg_dump` does not tell everything: versions of extensions; names of constraints that take no NULL,
  /// which are compared without.
  case unsaidByDump
}

extension SchemaCatalogue {
  /// The objects of a part alone.
  func restricted(to part: SchemaPart) -> SchemaCatalogue {
    guard part == .unsaidByDump else { return self }
    var rest = SchemaCatalogue()
    rest.objects = objects.filter {
      $0.key.kind == .extension || version >= 180_000 && $0.key.kind == .column
    }
    return rest
  }
}
