internal import Postgres
internal import SchemaChange

/// The constraints and indexes that a migration itself takes off, which no pattern carries over then.
struct TakenOff: Sendable {
  /// The constraints' names, by their table.
  private var constraints: [QualifiedName: Set<String>] = [:]
  private var indexes: Set<QualifiedName> = []

  init(_ verdicts: [Verdict], _ facts: CatalogueFacts) {
    for verdict in verdicts {
      switch verdict.change.operation {
      case .dropConstraint(let table, let name, _):
        if let table = facts.table(table) { constraints[table.name, default: []].insert(name) }
      case .dropIndex(let names, _):
        indexes.formUnion(names.compactMap { facts.table($0)?.name })
      default: break
      }
    }
  }

  func contains(_ index: IndexFacts, of table: TableFacts) -> Bool {
    indexes.contains(index.name) || index.constraint.map { contains($0, of: table.name) } == true
  }

  func contains(_ constraint: String, of table: QualifiedName) -> Bool {
    constraints[table, default: []].contains(constraint)
  }
}

extension TableFacts {
  /// The table without what the migration takes off.
  func without(_ taken: TakenOff) -> TableFacts {
    var table = self
    table.constraints.removeAll { taken.contains($0.name, of: name) }
    table.indexes.removeAll { taken.contains($0, of: self) }
    table.inboundForeignKeys.removeAll { taken.contains($0.name, of: $0.table) }
    table.partitions = partitions.map { $0.without(taken) }
    return table
  }
}
