internal import Postgres

/// A plan's column on partitions that were detached, which no change of the table reaches any more.
struct StrayColumn: Sendable {
  let name: String
  /// The partitions that the table had when the plan was made.
  let parts: [QualifiedName]

  /// Drops a column whose name no other plan gives, whatever its tables are called by then, and whether they belong
  /// together still.
  ///
  /// - Parameter oid: The table that had it.
  static func everywhere(_ name: String, table oid: UInt32) -> String {
    CatalogueBlock.statement(
      declaring: ["item record"],
      """
        FOR item IN SELECT c.oid::regclass AS relation FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
          WHERE attname = \(Quoting.literal(name)) AND NOT attisdropped AND attinhcount = 0
            AND c.relkind IN ('r', 'p') AND (c.oid = \(oid) OR pg_has_role(c.relowner, 'USAGE'))
        LOOP
          EXECUTE format('ALTER TABLE %s DROP COLUMN %I', item.relation, \(Quoting.literal(name)));
        END LOOP;
      """)
  }

  /// Drops the column from those that belong to no table now.
  var statement: String {
    let parts = parts.map { Quoting.literal($0.quoted) }.joined(separator: ", ")
    let name = Quoting.literal(name)
    return CatalogueBlock.statement(
      declaring: ["item record"],
      """
        FOR item IN SELECT to_regclass(part) AS name FROM unnest(ARRAY[\(parts)]::text[]) AS part
          WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(part) AND attname = \(name)
              AND NOT attisdropped)
            AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(part))
        LOOP
          EXECUTE format('ALTER TABLE %s DROP COLUMN IF EXISTS %I', item.name, \(name));
        END LOOP;
      """)
  }
}
