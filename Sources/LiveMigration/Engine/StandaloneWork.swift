internal import Postgres
internal import SchemaChange

/// How a change that needs no pattern is run.
enum StandaloneWork {
  static func of(_ change: Change, _ facts: CatalogueFacts) -> Segment.Work {
    switch change.operation {
    case .dropIndex(let names, _) where names.count == 1:
      // A partitioned index cannot be dropped concurrently.
      guard let name = names.first, facts.table(name)?.kind != .partitionedIndex else { break }
      return .dropIndex(
        index: name, statement: PlannedStatement("DROP INDEX CONCURRENTLY IF EXISTS \(name)"))
    case .createIndex(let operation) where operation.concurrently:
      guard let name = operation.name, let table = facts.table(operation.table) else { break }
      return .buildIndex(
        index: QualifiedName(schema: table.name.schema, name: name), table: table.name,
        statement: PlannedStatement(change))
    default: break
    }
    let statement = PlannedStatement(change)
    return change.transactional
      ? .transactional(statements: [statement]) : .outsideTransaction(statement: statement)
  }
}
