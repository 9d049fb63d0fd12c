internal import Postgres
internal import SchemaChange

/// What tables and columns are called once the changes of a plan's last transaction are made, one after the other.
struct FollowedNames {
  let facts: CatalogueFacts
  private var tables: [UInt32: QualifiedName] = [:]
  private var columns: [UInt32: [String: String]] = [:]

  init(_ facts: CatalogueFacts) { self.facts = facts }

  /// What a table is called now.
  func name(of table: TableFacts) -> QualifiedName { tables[table.oid] ?? table.name }

  /// From the names of a table's columns to those that they have now, where these differ.
  func columns(of table: TableFacts) -> [String: String] { columns[table.oid] ?? [:] }

  /// What a column is called now.
  func name(of column: String, in table: TableFacts) -> String {
    columns[table.oid]?[column] ?? column
  }

  /// The table that bears a name now.
  func table(_ name: QualifiedName) -> TableFacts? {
    let renamed = tables.first {
      $0.value.name == name.name && (name.schema == nil || name.schema == $0.value.schema)
    }
    if let oid = renamed?.key { return facts.tables.values.first { $0.oid == oid } }
    guard let found = facts.table(name), tables[found.oid] == nil else { return nil }
    return found
  }

  /// The table that had a name, with its schema, when the plan was made.
  func former(_ name: QualifiedName) -> TableFacts? {
    facts.tables.values.first { $0.name == name }
  }

  /// What a column was called when the plan was made, by its name now.
  func original(_ column: String, in table: TableFacts) -> String {
    columns[table.oid]?.first { $0.value == column }?.key ?? column
  }

  /// Follows a change of names; returns what takes it back, `nil` for any other change.
  mutating func follow(_ change: Change) -> String? {
    switch change.operation {
    case .renameColumn(let column, let new):
      guard let table = table(column.table) else { return nil }
      columns[table.oid, default: [:]][original(column.column, in: table)] = new
      return "ALTER TABLE \(name(of: table)) RENAME COLUMN \(Quoting.identifier(new)) TO "
        + Quoting.identifier(column.column)
    case .renameTable(let name, let new):
      guard let table = table(name), [.table, .partitioned].contains(table.kind) else {
        return nil
      }
      let former = self.name(of: table)
      tables[table.oid] = QualifiedName(schema: former.schema, name: new)
      return "ALTER TABLE \(self.name(of: table)) RENAME TO \(Quoting.identifier(former.name))"
    case .other(let other) where other.kind == .setSchema:
      guard let table = other.relation.flatMap(table), let schema = other.detail,
        [.table, .partitioned].contains(table.kind)
      else { return nil }
      let former = name(of: table)
      guard let own = former.schema else { return nil }
      tables[table.oid] = QualifiedName(schema: schema, name: former.name)
      return "ALTER TABLE \(name(of: table)) SET SCHEMA \(Quoting.identifier(own))"
    default: return nil
    }
  }
}

extension TableFacts {
  /// The table as it is called after a plan's last transaction, its columns too.
  func renamed(by names: FollowedNames) -> TableFacts {
    var table = self
    let columns = names.columns(of: self)
    table.name = names.name(of: self)
    for index in table.columns.indices {
      table.columns[index].name = columns[table.columns[index].name] ?? table.columns[index].name
    }
    for index in table.constraints.indices {
      table.constraints[index].columns = table.constraints[index].columns.map { columns[$0] ?? $0 }
    }
    return table
  }
}
