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
        let filter = filled.isEmpty ? "" : " WHERE " + filled.joined(separator: " AND ")
        let keys = key.columns.map(successor)
        let found =
          "FROM \(table.name)\(filter) GROUP BY \(keys.joined(separator: ", ")) HAVING count(*) > 1"
        let values = zip(key.columns, keys).map { column, successor in
          "\(Quoting.literal(column + "=")) || COALESCE(\(successor)::text, 'NULL')"
        }
        gates.append(
          GateQuery(
            name: "\(table.name): \(name) has no duplicates",
            query: "SELECT count(*) FROM (SELECT \(found)) AS duplicates", expected: 0,
            sample: "SELECT \(values.joined(separator: " || ', ' || ")) \(found) "
              + "LIMIT \(GateQuery.sampleSize)"))
      }
      return gates
    }
  }

  private func successor(_ column: String) -> String {
    Quoting.identifier(shadows[column] ?? column)
  }
}

extension ReplacementColumn {
  /// Whether values that differ have successors that differ.
  fileprivate var keepsValuesApart: Bool {
    let integers = ["smallint", "integer", "bigint"]
    return conversion.isImmutable && integers.contains(legacy.type) && integers.contains(after.type)
  }
}
