internal import Postgres
internal import SchemaChange

/// Statements about a single partition, which do nothing where it is gone.
///
/// A plan may wait for days, and meanwhile the application's own job drops the oldest partition: what was planned for
/// it is then as good as done. A table that is not a partition is named as it is, so that its loss is an error.
enum IfThere {
  /// The beginning of an `ALTER TABLE`.
  static func alter(_ table: QualifiedName, isPart: Bool) -> String {
    "ALTER TABLE \(isPart ? "IF EXISTS " : "")\(table)"
  }

  /// Makes a trigger fire whatever a session says, on a table and on the partitions that it still has.
  static func always(_ trigger: String, on table: TableFacts) -> [String] {
    table.tree.map { node in
      run(
        "ALTER TABLE \(node.name) ENABLE ALWAYS TRIGGER \(trigger)",
        when: node.oid == table.oid ? [] : [CatalogueBlock.isPart(node.name, of: table.name)])
    }
  }

  /// A statement that has no `IF EXISTS`.
  ///
  /// - Parameter parts: The partitions that it is about.
  static func run(_ statement: String, parts: [QualifiedName]) -> String {
    run(
      statement,
      when: parts.map { "pg_catalog.to_regclass(\(Quoting.literal($0.quoted))) IS NOT NULL" })
  }

  /// A statement for the case that all conditions hold when it runs.
  static func run(_ statement: String, when conditions: [String]) -> String {
    guard !conditions.isEmpty else { return statement }
    let body = "BEGIN IF \(conditions.joined(separator: " AND ")) THEN \(statement); END IF; END"
    return "DO \(Quoting.literal(body))"
  }
}
