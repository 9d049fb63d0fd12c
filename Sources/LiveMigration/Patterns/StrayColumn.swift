internal import Postgres

/// A plan's column on partitions that were detached, which no change of the table reaches any more.
struct StrayColumn: Sendable {
  let name: String
  /// The partitions that the table had when the plan was made.
  let parts: [QualifiedName]

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
