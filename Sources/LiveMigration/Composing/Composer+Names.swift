internal import Postgres
internal import SchemaChange

/// Names: those that the server would choose, and those that the migration frees before it gives them again.
extension Composer {
  /// The constraint's name as written, or as the server would choose it.
  mutating func name(of constraint: AddConstraint, _ table: TableFacts) -> String {
    if let name = constraint.name {
      given[table.schema, default: []].insert(name)
      return name
    }
    var columns = constraint.columns
    // A check over several columns is named after the table alone.
    if constraint.word == "check", columns.count != 1 { columns = [] }
    if constraint.word == "pkey" { columns = [] }
    if constraint.word == "key" {
      columns += (try? ConstraintDefinition(constraint.definition).includedColumns) ?? []
    }
    return choose(columns, word: constraint.word, of: table)
  }

  /// The name that the server would choose for something of a table.
  mutating func choose(_ columns: [String], word: String, of table: TableFacts) -> String {
    let names = context.facts.takenNames
    var taken = given[table.schema, default: []]
    let (relations, constraints) = (
      names.relations[table.schema, default: []], names.constraints[table.schema, default: []]
    )
    switch word {
    case "seq": taken.formUnion(relations.subtracting(freed[table.schema, default: []]))
    case "check", "fkey":
      taken.formUnion(constraints.subtracting(freed[table.schema, default: []]))
    default:
      // An index that serves a constraint must have a name that neither has.
      taken.formUnion(
        relations.union(constraints).subtracting(freed[table.schema, default: []]))
    }
    let name = ObjectNames.choose(
      table: table.name.name, columns: columns, word: word, taken: taken)
    given[table.schema, default: []].insert(name)
    return name
  }

  /// Remembers a name that a statement of the last transaction sets free.
  mutating func free(_ name: String, of table: TableFacts) {
    freed[table.schema, default: []].insert(name)
  }

  /// Remembers the names of what goes with a column or a table that the migration drops.
  mutating func freeDropped(_ change: Change) {
    switch change.operation {
    case .dropColumn(let target, _):
      guard let table = context.facts.table(target.table) else { return }
      for node in table.tree {
        for constraint in node.constraints where constraint.columns.contains(target.column) {
          free(constraint.name, of: node)
        }
        for index in node.indexes where index.columns.contains(target.column) {
          free(index.name.name, of: node)
        }
      }
    case .drop(let drop) where drop.objectType == .table:
      for node in drop.names.compactMap(context.facts.table).flatMap(\.tree) {
        for constraint in node.constraints { free(constraint.name, of: node) }
        for index in node.indexes { free(index.name.name, of: node) }
      }
    default: break
    }
  }

  /// Whether a name is in use until the last transaction, in the schema of a table.
  func isFreed(_ name: String, of table: QualifiedName) -> Bool {
    context.facts.table(table).map { isFreed(name, of: $0) } ?? false
  }

  /// Whether a name is in use until the last transaction.
  func isFreed(_ name: String, of table: TableFacts) -> Bool {
    freed[table.schema, default: []].contains(name)
  }

  /// Whether a relation bears a name, or is about to, in the schema of a table.
  func isTaken(_ name: String, of table: TableFacts) -> Bool {
    let full = QualifiedName(schema: table.schema, name: name)
    if built.contains(full) { return true }
    return !isFreed(name, of: table)
      && context.facts.tables.values.contains { $0.name == full }
  }

  /// Refuses a name that something else bears, in the schema of a table, as the server would.
  func requireFree(_ name: String, of table: TableFacts, _ change: Change) throws {
    guard isTaken(name, of: table) else { return }
    throw context.cannotStage(
      change, "the server refuses it: relation \(Quoting.literal(name)) already exists",
      .serverRefuses)
  }

  /// Whether the migration drops the table's primary key, so that another one must wait for that.
  func losesPrimaryKey(_ table: TableFacts) -> Bool {
    table.constraints.contains { $0.kind == .primaryKey && isFreed($0.name, of: table) }
  }
}

extension TableFacts {
  /// The schema, which resolved names always have.
  fileprivate var schema: String { name.schema ?? "" }
}
