internal import Postgres

/// The publications that list a replaced column, with its successor in its place.
///
/// A list holds the columns themselves and not their names, so it is right once the successor has the name.
enum PublicationDress {
  /// - Parameter shadows: From the replaced columns' names to their successors'.
  static func statement(for table: QualifiedName, shadows: [String: String]) -> String {
    let pairs = shadows.sorted { $0.key < $1.key }.map {
      "(\(Quoting.literal($0.key)), \(Quoting.literal($0.value)))"
    }.joined(separator: ", ")
    return CatalogueBlock.statement(
      declaring: ["item record"],
      """
        FOR item IN
          SELECT p.pubname, r.prrelid::regclass AS relation, pg_get_expr(r.prqual, r.prrelid) AS filter,
            (SELECT string_agg(quote_ident(coalesce(exchanged.shadow, a.attname)), ', ' ORDER BY a.attnum)
              FROM pg_attribute AS a LEFT JOIN (VALUES \(pairs)) AS exchanged (legacy, shadow)
                ON exchanged.legacy = a.attname
              WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) AS columns
          FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid
          WHERE r.prrelid = \(CatalogueBlock.relation(table)) AND EXISTS (SELECT FROM pg_attribute AS a
            WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)
              AND a.attname IN (SELECT legacy FROM (VALUES \(pairs)) AS exchanged (legacy, shadow)))
        LOOP
          EXECUTE format('ALTER PUBLICATION %I DROP TABLE %s', item.pubname, item.relation);
          EXECUTE format('ALTER PUBLICATION %I ADD TABLE %s (%s)%s', item.pubname, item.relation, item.columns,
            coalesce(' WHERE (' || item.filter || ')', ''));
        END LOOP;
      """)
  }
}
