internal import Postgres

/// What an index has beside its definition, put on the index that takes its place as the catalogue has it by then.
///
/// Where somebody has dropped the old index since, the new one goes too. One that cannot be used stops the swap.
struct IndexDress: Sendable {
  /// The old index, and the new one that takes its place; those of partitions after the one that they belong to.
  let pairs: [(old: QualifiedName, own: QualifiedName)]

  var statement: String {
    let rows = pairs.enumerated().map { number, pair in
      "(\(number), \(Quoting.literal(pair.old.quoted)), \(Quoting.literal(pair.own.quoted)))"
    }.joined(separator: ", ")
    return CatalogueBlock.statement(
      declaring: ["pair record", "item record"],
      """
        FOR pair IN
          SELECT to_regclass(named.old) AS old, to_regclass(named.own) AS own, old_index.indisclustered,
            old_index.indisreplident, own_index.indisvalid, own_index.indrelid::regclass AS relation,
            old_class.reloptions, own_class.relname AS own_name,
            named.number = 0 AS is_root
          FROM (VALUES \(rows)) AS named (number, old, own)
            JOIN pg_index AS own_index ON own_index.indexrelid = to_regclass(named.own)
            JOIN pg_class AS own_class ON own_class.oid = own_index.indexrelid
            LEFT JOIN pg_index AS old_index ON old_index.indexrelid = to_regclass(named.old)
              AND old_index.indrelid = own_index.indrelid
            LEFT JOIN pg_class AS old_class ON old_class.oid = old_index.indexrelid
          ORDER BY named.number
        LOOP
          IF pair.reloptions IS NULL AND pair.indisclustered IS NULL THEN
            IF pair.is_root THEN
              EXECUTE format('DROP INDEX %s', pair.own);
              EXIT;
            END IF;
            CONTINUE;
          END IF;
          IF NOT pair.indisvalid THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
              MESSAGE = format('the index %s, which takes the place of %s, is not valid', pair.own, pair.old),
              HINT = 'Drop it, and finalize again.';
          END IF;
          FOR item IN SELECT own.attname AS own_name, old.attname AS old_name, old.attnum AS number,
              coalesce(old.attstattarget, -1) AS target
            FROM pg_attribute AS old JOIN pg_attribute AS own ON own.attrelid = pair.own AND own.attnum = old.attnum
            WHERE old.attrelid = pair.old
          LOOP
            IF item.own_name <> item.old_name THEN
              EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', pair.own, item.own_name, item.old_name);
            END IF;
            IF item.target <> -1 AND pair.is_root THEN
              EXECUTE format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', pair.own, item.number, item.target);
            END IF;
          END LOOP;
          -- A direct run makes the indexes of partitions anew, without what they had besides.
          CONTINUE WHEN NOT pair.is_root;
          EXECUTE format('COMMENT ON INDEX %s IS %L', pair.own, obj_description(pair.old, 'pg_class'));
          FOR item IN SELECT split_part(o, '=', 1) AS name, substr(o, strpos(o, '=') + 1) AS value
            FROM unnest(pair.reloptions) AS o
            WHERE o <> ALL (coalesce((SELECT reloptions FROM pg_class WHERE oid = pair.own), '{}'))
          LOOP
            EXECUTE format('ALTER INDEX %s SET (%I = %L)', pair.own, item.name, item.value);
          END LOOP;
          IF pair.indisclustered THEN
            EXECUTE format('ALTER TABLE %s CLUSTER ON %I', pair.relation, pair.own_name);
          END IF;
          IF pair.indisreplident THEN
            EXECUTE format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', pair.relation, pair.own_name);
          END IF;
        END LOOP;
      """)
  }
}
