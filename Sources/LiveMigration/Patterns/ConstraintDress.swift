internal import Postgres

/// What is known of a constraint when its columns are about to change places.
///
/// The one that was made anew gets the old one's comment. Where somebody has dropped the old one since, it goes too.
struct ConstraintDress: Sendable {
  /// The old one's name.
  let old: String
  let table: QualifiedName
  /// The new one's name until the swap.
  let own: String
  /// The tables that have it.
  let holders: [QualifiedName]

  var statement: String {
    let holders = holders.map { Quoting.literal($0.quoted) }.joined(separator: ", ")
    return CatalogueBlock.statement(
      declaring: ["old_one oid", "item record"],
      """
        SELECT oid INTO old_one FROM pg_constraint
          WHERE conrelid = \(CatalogueBlock.relation(table)) AND conname = \(Quoting.literal(old));
        FOR item IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint
          JOIN unnest(ARRAY[\(holders)]::text[]) AS holder ON conrelid = to_regclass(holder)
          WHERE conname = \(Quoting.literal(own))
        LOOP
          IF old_one IS NULL THEN
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', item.relation, item.conname);
          ELSIF item.relation = \(CatalogueBlock.relation(table)) THEN
            EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', item.conname, item.relation,
              obj_description(old_one, 'pg_constraint'));
          END IF;
        END LOOP;
      """)
  }
}
