internal import Postgres
internal import SchemaChange

/// What takes back a change that needs no pattern.
///
/// Only such a change may run early in a plan: a plan can be reverted until its clean-up, and leaves no trace then.
/// Every other one waits for the clean-up.
enum Inverse {
  /// Statements that are harmless when there is nothing to take back; `nil` for what cannot be taken back.
  ///
  /// - Parameter existing: Names that something bears already, of those that the migration gives.
  static func of(
    _ change: Change, _ facts: CatalogueFacts, existing: Set<String>
  ) -> [String]? {
    switch change.operation {
    case .addColumn(let add):
      guard facts.table(add.target.table)?.column(add.target.column) == nil else { return [] }
      let column = Quoting.identifier(add.target.column)
      return ["ALTER TABLE IF EXISTS \(add.target.table) DROP COLUMN IF EXISTS \(column)"]
    case .createTable(let create):
      guard facts.table(create.table) == nil else { return [] }
      return ["DROP TABLE IF EXISTS \(create.table)"]
    case .createIndex(let create):
      guard let name = create.name else { return nil }
      let schema = facts.table(create.table)?.name.schema ?? create.table.schema
      let index = QualifiedName(schema: schema, name: name)
      // What was there before the plan is nothing to take back.
      if create.ifNotExists,
        schema.map({ facts.takenNames.relations[$0]?.contains(name) }) == true
          || facts.table(create.table)?.indexes.contains(where: { $0.name == index }) == true
      {
        return []
      }
      return ["DROP INDEX \(create.concurrently ? "CONCURRENTLY " : "")IF EXISTS \(index)"]
    case .addConstraint(let add):
      // Dropping a constraint drops its index, which was there before.
      guard let name = add.name, add.usingIndex == nil else { return nil }
      return ["ALTER TABLE \(add.table) DROP CONSTRAINT IF EXISTS \(Quoting.identifier(name))"]
    case .other(let other) where other.kind.writesRows:
      // The rows go with the table, if this migration makes it.
      return other.relation.flatMap(facts.table) == nil ? [] : nil
    case .createDomain(let create):
      return existing.contains(create.domain.name)
        ? nil : ["DROP DOMAIN IF EXISTS \(create.domain)"]
    case .other(let other) where makes[other.kind] != nil:
      return removal(of: other, change, existing: existing)
    case .other(let other): return inverse(of: other)
    default: return nil
    }
  }

  /// The word of `DROP` for what a statement makes that has no table.
  static let makes: [StatementKind: String] = [
    .createType: "TYPE", .createFunction: "ROUTINE",
    .createSequence: "SEQUENCE", .createSchema: "SCHEMA", .createExtension: "EXTENSION",
  ]

  /// Drops what the statement makes, which nothing of that name may be there before.
  private static func removal(
    of operation: OtherOperation, _ change: Change, existing: Set<String>
  ) -> [String]? {
    guard let word = makes[operation.kind], let name = (try? StatementNames(change.sql))?.made
    else { return nil }
    guard !existing.contains(name.name) else {
      // An extension that is there stays as it is; anything else of that name may come to mean something new.
      return operation.kind == .createExtension ? [] : nil
    }
    return ["DROP \(word) IF EXISTS \(name)"]
  }

  /// What leaves no trace in the schema needs no inverse.
  private static func inverse(of operation: OtherOperation) -> [String]? {
    switch operation.kind {
    case .analyze, .vacuum, .reindexConcurrently, .refreshConcurrently: []
    case .createMaterializedView:
      operation.relation.map { ["DROP MATERIALIZED VIEW IF EXISTS \($0)"] }
    default: nil
    }
  }
}

extension StatementKind {
  /// Whether it writes rows of one table.
  fileprivate var writesRows: Bool {
    [.insertValues, .insertSelect, .update, .delete, .merge].contains(self)
  }
}

extension AddColumn {
  /// Whether nothing can fill it in rows that are there.
  var hasNoValue: Bool {
    notNull && defaultExpression == nil && identity == nil && !isSerial && generated == nil
  }
}

extension Change {
  /// Whether it fills what it makes by a query, which may take long.
  var runsQuery: Bool {
    switch operation {
    case .createTable(let create): create.isFilled
    case .other(let other): other.runsQuery
    default: false
    }
  }
}

extension OtherOperation {
  /// Whether its work is not bounded by what it names.
  fileprivate var runsQuery: Bool {
    switch kind {
    case .createMaterializedView: detail == nil
    case .insertSelect, .merge: true
    // The highest value of a column, which may be read row by row.
    case .setSequenceValue: relation != nil
    default: false
    }
  }
}
