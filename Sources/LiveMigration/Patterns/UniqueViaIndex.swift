internal import Postgres
internal import SchemaChange

/// The pattern *unique via index*: the index is built without blocking anybody, the constraint takes it over.
struct UniqueViaIndex: Sendable {
  let table: TableFacts
  let constraint: AddConstraint
  /// The constraint's name, which its index bears too.
  let name: String
  /// Columns that are replaced in the same plan.
  let shadows: [String: String]
  /// The name of the check that stands in for a key column's NOT NULL.
  let ownName: @Sendable (String) -> String

  private var columns: [String] {
    switch constraint.kind {
    case .unique(let columns, _), .primaryKey(let columns): columns
    default: []
    }
  }

  private var isPrimary: Bool {
    if case .primaryKey = constraint.kind { true } else { false }
  }

  /// Whether columns and deferral are all that the definition says: the pattern would lose anything else.
  var isComplete: Bool {
    let deferral =
      (constraint.deferrable ? " DEFERRABLE" : "")
      + (constraint.initiallyDeferred ? " INITIALLY DEFERRED" : "")
    var distinct = ""
    if case .unique(_, true) = constraint.kind { distinct = " NULLS NOT DISTINCT" }
    let keys = columns.map(Quoting.identifier).joined(separator: ", ")
    let plain =
      "ALTER TABLE t ADD \(isPrimary ? "PRIMARY KEY" : "UNIQUE" + distinct) (\(keys))\(deferral)"
    guard case .addConstraint(let same) = try? MigrationParser.parse(plain).first?.operation else {
      return false
    }
    return same.definition == constraint.definition
  }

  func contribution() throws(RewriteError) -> PhaseContribution {
    let tree = try IndexTree(
      table: table, statement: indexStatement, columns: shadows, name: { _ in name })
    var result = PhaseContribution()
    if isPrimary {
      for column in columns where table.column(column)?.notNull == false && shadows[column] == nil {
        result += NotNull(table: table, column: column, name: ownName(column)).contribution
      }
    }
    result.gates += tree.gates
    let isOnShadow = columns.contains { shadows[$0] != nil }
    if isOnShadow {
      result.build = tree.build
      result.cleanup = [take]
    } else {
      result.expand += tree.build
      result.finalize.append(
        .transaction(
          "make \(name) a constraint of \(table.name)", [take],
          undo: [
            "ALTER TABLE \(table.name) DROP CONSTRAINT IF EXISTS \(Quoting.identifier(name))"
          ]))
    }
    return result
  }

  /// `ADD UNIQUE` as an index statement; what the definition says beside its columns stays.
  private var indexStatement: String {
    var distinct = ""
    if case .unique(_, true) = constraint.kind { distinct = " NULLS NOT DISTINCT" }
    let keys = columns.map(Quoting.identifier).joined(separator: ", ")
    return "CREATE UNIQUE INDEX \(Quoting.identifier(name)) ON \(table.name) (\(keys))\(distinct)"
  }

  private var take: String {
    let own = Quoting.identifier(name)
    return "ALTER TABLE \(table.name) ADD CONSTRAINT \(own) "
      + (isPrimary ? "PRIMARY KEY" : "UNIQUE") + " USING INDEX \(own)"
      + (constraint.deferrable ? " DEFERRABLE" : "")
      + (constraint.initiallyDeferred ? " INITIALLY DEFERRED" : "")
  }
}
