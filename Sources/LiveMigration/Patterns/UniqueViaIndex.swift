internal import Postgres
internal import SchemaChange

/// The pattern *unique via index*: duplicates are counted first, the index is built without blocking clients, and the
/// constraint takes it over.
struct UniqueViaIndex: Sendable {
  let table: TableFacts
  let constraint: AddConstraint
  /// The constraint's name, which its index bears too.
  let name: String
  /// The index's name until the constraint takes it over.
  let indexName: String
  /// Columns that are replaced in the same plan.
  let shadows: [String: String]
  /// The name of the check that stands in for a key column's NOT NULL.
  let ownName: @Sendable (String) -> String
  /// Whether a partitioned parent sees to the NOT NULL of the key columns.
  var isPart = false
  /// Whether the constraint needs what only the plan's last transaction brings: a column, a name, the only primary key.
  var isTakenAtEnd = false

  private var columns: [String] { constraint.columns }

  private var isPrimary: Bool {
    if case .primaryKey = constraint.kind { true } else { false }
  }

  func contribution() throws(RewriteError) -> PhaseContribution {
    let statement = try ConstraintDefinition(constraint.definition).index(
      named: indexName, on: table.name)
    let tree = try IndexTree(
      table: table, statement: statement, columns: shadows,
      root: isPart ? table.name : nil,
      name: { _ in indexName })
    var result = PhaseContribution()
    if isPrimary, !isPart {
      for column in columns
      where table.column(column)?.holdsNoNull == false && shadows[column] == nil {
        result += NotNull(table: table, column: column, name: ownName(column)).contribution
      }
    }
    result.buildGates = [duplicates]
    result.build = tree.build
    result.gates += tree.gates
    if isTakenAtEnd {
      result.locks = [table.name]
      result.cleanup = [take]
    } else {
      result.finalize.append(
        .transaction(
          "make \(name) a constraint of \(table.name)", [take],
          undo: [
            IfThere.alter(table.name, isPart: isPart)
              + " DROP CONSTRAINT IF EXISTS \(Quoting.identifier(name))"
          ]))
    }
    return result
  }

  /// Counts the values that more than one row has; rows with a NULL are equal to none unless it is said otherwise.
  private var duplicates: GateQuery {
    let keys = columns.map { Quoting.identifier(shadows[$0] ?? $0) }
    var filter = ""
    if case .unique(_, false) = constraint.kind {
      filter = " WHERE " + keys.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
    }
    let list = keys.joined(separator: ", ")
    let found = "FROM \(table.name)\(filter) GROUP BY \(list) HAVING count(*) > 1"
    let values = zip(columns, keys).map { column, key in
      "\(Quoting.literal(column + "=")) || COALESCE(\(key)::text, 'NULL')"
    }
    return GateQuery(
      name: "\(table.name): \(name) has no duplicates",
      query: "SELECT count(*) FROM (SELECT \(found)) AS duplicates", expected: 0,
      sample: "SELECT \(values.joined(separator: " || ', ' || ")) \(found) LIMIT 5")
  }

  private var take: String {
    let own = Quoting.identifier(name)
    return IfThere.alter(table.name, isPart: isPart) + " ADD CONSTRAINT \(own) "
      + (isPrimary ? "PRIMARY KEY" : "UNIQUE")
      + " USING INDEX \(Quoting.identifier(indexName))"
  }
}
