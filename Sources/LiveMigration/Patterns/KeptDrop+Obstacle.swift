internal import Postgres
internal import SchemaChange

extension KeptDrop {
  /// Why a column cannot be kept; `nil` where it can.
  ///
  /// - Parameters:
  ///   - drops: The columns of the table that the plan drops.
  ///   - replaced: Those whose type it changes.
  static func obstacle(
    _ column: ColumnFacts, of table: TableFacts, drops: [String: String], replaced: Set<String>
  ) -> String? {
    let name = "\(table.name).\(Quoting.identifier(column.name)), which is dropped"
    if column.isGenerated { return "\(name), is generated" }
    if column.typeRefusesNull, column.mustBeGiven { return "the type of \(name), takes no NULL" }
    if table.inboundForeignKeys.contains(where: { $0.referencedColumns.contains(column.name) }) {
      return "a foreign key references \(name)"
    }
    for node in table.tree {
      for index in node.indexes where index.columns.contains(column.name) {
        guard replaced.isDisjoint(with: index.columns) else {
          return "the index \(index.name) is over \(name), and over another that changes"
        }
        guard binds(index, of: node, drops: drops) else { continue }
        let constraint = node.constraints.first { $0.name == index.constraint }
        if constraint?.kind == .exclusion || constraint?.isTemporal == true {
          return
            "the constraint \(index.name.name) would bind what is written without \(name), and "
            + "its index cannot be built beside writers"
        }
        if constraint?.deferrable == true {
          return "the key \(index.name.name), which is DEFERRABLE, is over \(name)"
        }
      }
    }
    return nil
  }
}
