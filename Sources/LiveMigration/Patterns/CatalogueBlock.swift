internal import Postgres

/// A block of PL/pgSQL that reads the catalogue when it runs, and acts on what it finds then.
///
/// Days may lie between a plan and its last step, in which people go on working on the table.
enum CatalogueBlock {
  /// A `DO` statement.
  ///
  /// Names are looked up in `pg_catalog` alone meanwhile, so that no object of another schema takes the place of the
  /// server's own, and names that the server writes come out qualified.
  static func statement(declaring variables: [String], _ body: String) -> String {
    let declarations =
      (variables + ["djogi_path text := pg_catalog.current_setting('search_path')"])
      .map { "  \($0);\n" }.joined()
    let block = """
      DECLARE
      \(declarations)BEGIN
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      \(body)
        PERFORM pg_catalog.set_config('search_path', djogi_path, true);
      END
      """
    return "DO \(Quoting.literal(block))"
  }

  /// A table's identifier, `NULL` where there is no table of the name.
  static func relation(_ name: QualifiedName) -> String {
    "pg_catalog.to_regclass(\(Quoting.literal(name.quoted)))"
  }

  /// The condition that a table has a constraint.
  static func hasConstraint(_ name: String, on table: QualifiedName) -> String {
    "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = \(relation(table)) "
      + "AND conname = \(Quoting.literal(name)))"
  }

  /// The condition that a column is `NOT NULL`.
  static func isNotNull(_ column: String, of table: QualifiedName) -> String {
    "EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = \(relation(table)) "
      + "AND attname = \(Quoting.literal(column)) AND attnotnull)"
  }

  /// The condition that a table is a part of another, directly or below.
  static func isPart(_ part: QualifiedName, of root: QualifiedName) -> String {
    "\(relation(root)) IN (SELECT relid FROM pg_catalog.pg_partition_ancestors(\(relation(part))))"
  }
}
