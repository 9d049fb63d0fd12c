internal import Postgres
internal import SchemaChange

/// Partitions that are attached.
extension Composer {
  /// Prepares a partition, so that the last transaction attaches it in a moment.
  mutating func addAttachment(
    of partition: QualifiedName, to parent: QualifiedName, _ change: Change, at index: Int
  ) throws {
    guard let facts = context.attachments[index] else {
      throw context.cannotStage(change, "it cannot be tried on empty copies of its tables")
    }
    let tables = [parent, partition].compactMap(context.facts.table)
    for table in tables.flatMap(\.tree) {
      guard !staged.contains(table.name), !isLate(table.columns.map(\.name), table) else {
        throw context.cannotStage(
          change, "the plan fills columns of \(table.name) first; attach it in a migration after")
      }
    }
    // A partition that this migration makes has what it needs, or gets it in no time.
    let part = context.facts.table(partition).flatMap { $0.hasRows ? $0 : nil }
    if let part {
      try addIndexes(facts, of: part)
      for var constraint in facts.constraints {
        // The name by which the migration knows it.
        constraint.table = partition
        switch constraint.kind {
        case .unique, .primaryKey: try addUnique(constraint, change, at: index)
        default: try addValidated(constraint, change, at: index)
        }
      }
    }
    let rest = context.facts.table(parent)?.defaultPartition
    let attachment = PartitionAttachment(
      partition: part, rest: rest.flatMap { $0.hasRows ? $0 : nil }, facts: facts,
      names: (context.ownName("b\(index)"), context.ownName("r\(index)")))
    result += attachment.contribution
    if let part { result.locks.insert(part.name) }
    try self.defer(change, at: index)
    result.cleanup += attachment.cleanup
  }

  private mutating func addIndexes(_ facts: AttachmentFacts, of part: TableFacts) throws {
    for (statement, names) in zip(facts.indexes, facts.indexNames) {
      let tree = try IndexTree(
        table: part, statement: statement, columns: [:],
        name: { names[$0.name] ?? $0.name.name + "_idx" })
      result.expand += tree.build
      result.gates += tree.gates
    }
  }
}
