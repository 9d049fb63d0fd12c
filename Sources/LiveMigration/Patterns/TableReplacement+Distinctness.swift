internal import Postgres
internal import SchemaChange

/// Keys over columns whose new values may be equal where the old ones were not: `A` and `a` as `citext`.
extension TableReplacement {
  /// Asks for rows that a key would refuse, before its index is built.
  var distinctness: [GateQuery] {
    get throws(RewriteError) {
      var gates: [GateQuery] = []
      for index in table.indexes where index.unique {
        guard let name = index.constraint,
          let key = table.constraints.first(where: { $0.name == name }), touches(key.columns),
          columns.contains(where: { key.columns.contains($0.legacy.name) && !$0.keepsValuesApart })
        else { continue }
        let statement = try IndexStatement(index.definition)
        var filled: [String] = []
        for column in key.columns where try statement.setsNullApart(column) {
          filled.append("\(successor(column)) IS NOT NULL")
        }
        gates.append(
          .noDuplicates(
            of: table.name, keys: key.columns.map { ($0, shadows[$0] ?? $0) }, where: filled,
            name: "\(table.name): \(name) has no duplicates"))
      }
      return gates
    }
  }

  private func successor(_ column: String) -> String {
    Quoting.identifier(shadows[column] ?? column)
  }
}

extension GateQuery {
  /// Asks for rows that are alike in columns.
  ///
  /// - Parameters:
  ///   - keys: The columns by the names that a reader knows, and by those that they have.
  ///   - conditions: What is true of rows that count.
  static func noDuplicates(
    of table: QualifiedName, keys: [(known: String, name: String)], where conditions: [String],
    name: String
  ) -> GateQuery {
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    let columns = keys.map { Quoting.identifier($0.name) }
    let found =
      "FROM \(table)\(filter) GROUP BY \(columns.joined(separator: ", ")) HAVING count(*) > 1"
    let values = zip(keys, columns).map { key, column in
      "\(Quoting.literal(key.known + "=")) || COALESCE(\(column)::text, 'NULL')"
    }
    return GateQuery(
      name: name, query: "SELECT count(*) FROM (SELECT \(found)) AS duplicates", expected: 0,
      sample: "SELECT \(values.joined(separator: " || ', ' || ")) \(found) LIMIT \(sampleSize)")
  }
}

extension ReplacementColumn {
  /// Whether values that differ have successors that differ.
  fileprivate var keepsValuesApart: Bool {
    let integers = ["smallint", "integer", "bigint"]
    return conversion.isImmutable && integers.contains(legacy.type) && integers.contains(after.type)
  }
}
