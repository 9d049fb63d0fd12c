internal import Postgres
internal import SchemaChange

/// A lock of a statement that clients queue behind (manual, section 13.3.1 and the page of `ALTER TABLE`).
struct StrongLock: Sendable, Hashable {
  let relation: QualifiedName
  var mode = LockMode.accessExclusive
  /// Whether the statement goes on to tables that inherit; partitions it reaches in any case.
  var reachesHeirs = true
  /// The part that goes, and with it the foreign keys that need it: they lock the table at their other end.
  var loses = Loss.nothing

  enum Loss: Sendable, Hashable {
    case nothing, table
    case column(String)
    case constraint(String)
  }

  /// The locks of a statement, as far as they are known for sure: taken in front, they must not be stronger than its
  /// own.
  static func of(_ statement: String) -> [StrongLock] {
    // `ONLY` leaves the partitions out, which `LOCK TABLE` would lock.
    guard !statement.uppercased().contains(" ONLY "),
      let changes = try? MigrationParser.parse(statement)
    else { return [] }
    return changes.flatMap { of($0.operation) }
  }

  private static func of(_ operation: SchemaOperation) -> [StrongLock] {
    switch operation {
    case .alterColumnType(let change): [StrongLock(relation: change.target.table)]
    case .setNotNull(let column), .dropNotNull(let column), .columnDefault(let column, _),
      .renameColumn(let column, _):
      [StrongLock(relation: column.table)]
    case .addColumn(let add):
      [StrongLock(relation: add.target.table)]
        + add.constraints.compactMap(\.references).map(referenced)
    case .dropColumn(let column, _):
      [StrongLock(relation: column.table, loses: .column(column.column))]
    case .addConstraint(let add): added(add)
    case .dropConstraint(let table, let name, _):
      [StrongLock(relation: table, loses: .constraint(name))]
    case .createIndex(let create) where !create.concurrently:
      [StrongLock(relation: create.table, mode: .share, reachesHeirs: false)]
    case .dropIndex(let names, concurrently: false):
      names.map { StrongLock(relation: $0, reachesHeirs: false) }
    case .createTable(let create): create.references.map(referenced)
    case .drop(let drop) where drop.objectType == "TABLE":
      drop.names.map { StrongLock(relation: $0, loses: .table) }
    case .truncate(let tables, _): tables.map { StrongLock(relation: $0) }
    default: []
    }
  }

  private static func added(_ constraint: AddConstraint) -> [StrongLock] {
    if let target = constraint.references {
      return [referenced(constraint.table), referenced(target)]
    }
    if case .check = constraint.kind { return [StrongLock(relation: constraint.table)] }
    return [StrongLock(relation: constraint.table, reachesHeirs: false)]
  }

  /// A new foreign key makes triggers at both of its ends.
  private static func referenced(_ table: QualifiedName) -> StrongLock {
    StrongLock(relation: table, mode: .shareRowExclusive, reachesHeirs: false)
  }
}
