/// A migration of 2 to 8 statements that touch each other, from a seed.
package struct RandomMigration {
  /// The statements, one a line and more.
  package let text: String

  /// Writes the migration of one part of a run.
  ///
  /// - Parameter runs: Tries a statement after those before it, and says whether PostgreSQL took it. Of those that it
  ///   refuses few are kept: a file that fails is a case as well.
  package init(
    seed: UInt64, part: Int, runs: (String) async throws -> Bool
  ) async throws {
    var writer = RandomStatements(random: RandomSource(seed: seed, part: part))
    let count = writer.random.int(in: 2...8)
    var statements: [String] = []
    while statements.count < count {
      let before = writer.schema
      guard let statement = writer.next() else { continue }
      if try await runs(statement) {
        statements.append(statement)
      } else {
        writer.schema = before
        // Names that are made up are never the same again.
        writer.schema.made += 10
        if writer.random.chance(3) { statements.append(statement) }
      }
    }
    text = statements.joined(separator: "\n") + "\n"
  }
}

/// Writes one random statement after the other, each for the schema that those before have left.
struct RandomStatements {
  let random: RandomSource
  var schema = RandomDatabase()

  private typealias Kind = (weight: Int, write: @Sendable (inout RandomStatements) -> String?)

  private static let kinds: [Kind] = [
    (16, { $0.alterType() }), (8, { $0.renameColumn() }), (4, { $0.renameTable() }),
    (6, { $0.dropColumn() }), (8, { $0.addColumn() }), (7, { $0.addCheck() }),
    (4, { $0.addUnique() }), (4, { $0.addKey() }), (5, { $0.dropConstraint() }),
    (3, { $0.renameConstraint() }), (5, { $0.setNotNull() }), (5, { $0.setDefault() }),
    (7, { $0.createIndex() }), (4, { $0.dropIndex() }), (3, { $0.renameIndex() }),
    (5, { $0.replaceFunction() }), (4, { $0.changeType() }), (8, { $0.changeRows() }),
    (5, { $0.changeView() }), (4, { $0.changeTrigger() }), (4, { $0.replaceTable() }),
    (2, { $0.changeIdentity() }), (3, { $0.comment() }),
  ]

  /// The next statement; `nil` where the chosen kind finds nothing to change.
  mutating func next() -> String? {
    var place = random.int(below: Self.kinds.reduce(0) { $0 + $1.weight })
    for kind in Self.kinds {
      place -= kind.weight
      if place < 0 { return kind.write(&self) }
    }
    return nil
  }

  // MARK: - Choosing

  /// A place in `schema.tables`.
  mutating func table() -> Int? {
    schema.tables.isEmpty ? nil : random.int(below: schema.tables.count)
  }

  /// A table and one of its columns, the first two tenths as often as the others.
  mutating func column() -> (table: Int, column: Int)? {
    guard let table = table(), !schema.tables[table].columns.isEmpty else { return nil }
    return (table, random.int(below: schema.tables[table].columns.count))
  }

  func name(_ place: (table: Int, column: Int)) -> (table: String, column: String, type: String) {
    let table = schema.tables[place.table]
    return (table.name, table.columns[place.column].name, table.columns[place.column].type)
  }

  /// A name that nothing has; sometimes one that was in use, so that files meet it again.
  mutating func fresh(_ stem: String) -> String {
    schema.made += 1
    return stem + String(schema.made)
  }
}
