internal import Postgres
internal import SchemaChange

/// The pattern *staged drop*: the foreign keys that reference a table are dropped one at a time, each under the locks
/// of two tables, so that the drop itself locks one.
struct StagedDrop: Sendable {
  let tables: [TableFacts]
  /// The migration's statement.
  let statement: String

  var contribution: PhaseContribution {
    var result = PhaseContribution()
    for table in tables {
      result.finalize += table.inboundForeignKeys.map { key in
        let name = Quoting.identifier(key.name)
        let alter = "ALTER TABLE \(key.table)"
        var undo = [addAgain(key)]
        if key.validated { undo.append("\(alter) VALIDATE CONSTRAINT \(name)") }
        return .transaction(
          "drop the key \(key.name) of \(key.table)",
          ["\(alter) DROP CONSTRAINT IF EXISTS \(name)"], undo: undo)
      }
    }
    result.locks = Set(tables.map(\.name))
    result.cleanup = [statement]
    return result
  }

  /// Adds a key that is gone, without reading a row; nothing where it is there.
  private func addAgain(_ key: ForeignKeyFacts) -> String {
    let definition = key.definition.hasSuffix("NOT VALID") ? "" : " NOT VALID"
    let body = """
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conname = \(Quoting.literal(key.name))
          AND conrelid = \(Quoting.literal(key.table.quoted))::pg_catalog.regclass)
        THEN
          ALTER TABLE \(key.table) ADD CONSTRAINT \(Quoting.identifier(key.name)) \(key.definition)\(definition);
        END IF;
      END
      """
    return "DO \(Quoting.literal(body))"
  }
}

extension Composer {
  mutating func addStagedDrop(_ drop: DropObjects, _ change: Change, at index: Int) {
    let tables = drop.names.compactMap { context.facts.table($0) }
    result += StagedDrop(tables: tables, statement: change.sql).contribution
    wait(change, at: index)
  }
}
