internal import Postgres
internal import SchemaChange

/// What a column has beside its type, put on the column that takes its place as the catalogue has it at that moment.
///
/// What was given, changed or taken away since the plan was made counts: a privilege that was revoked stays revoked.
struct ColumnDress: Sendable {
  let table: QualifiedName
  let legacy: String
  let shadow: String

  /// The privileges on the column alone, for the table and each of its partitions.
  var grants: String {
    overNodes(
      declaring: ["item record"],
      """
          FOR item IN SELECT DISTINCT given.grantee FROM aclexplode(node.shadow_acl) AS given
          LOOP
            EXECUTE format('REVOKE ALL (%I) ON %s FROM %s CASCADE', node.shadow, node.relation,
              CASE item.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(item.grantee)) END);
          END LOOP;
          FOR item IN SELECT given.* FROM aclexplode(node.legacy_acl) AS given
          LOOP
            EXECUTE format('GRANT %s (%I) ON %s TO %s%s', item.privilege_type, node.shadow, node.relation,
              CASE item.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(item.grantee)) END,
              CASE WHEN item.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
          END LOOP;
      """)
  }

  /// The comment, the statistics target, the options, and the sequences that the column owns.
  var attributes: String {
    overNodes(
      declaring: ["options text", "item record"],
      """
          IF coalesce(node.target, -1) <> -1 THEN
            EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS %s', node.relation, node.shadow,
              node.target);
          END IF;
          SELECT string_agg(format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ')
            INTO options FROM unnest(node.options) AS o WHERE \(ColumnOptions.isSet("o"));
          IF options IS NOT NULL THEN
            EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN %I SET (%s)', node.relation, node.shadow, options);
          END IF;
          EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', node.relation, node.shadow,
            col_description(node.relation, node.legacy_number));
          FOR item IN SELECT sequence.oid::regclass AS name FROM pg_depend AS d
              JOIN pg_class AS sequence ON sequence.oid = d.objid AND sequence.relkind = 'S'
            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
              AND d.refobjid = node.relation AND d.refobjsubid = node.legacy_number
          LOOP
            EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', item.name, node.relation, node.shadow);
          END LOOP;
      """)
  }

  /// The defaults of partitions, which may differ from the table's.
  var partitionDefaults: String {
    overNodes(
      declaring: ["given text"],
      """
          SELECT pg_get_expr(adbin, adrelid) INTO given FROM pg_attrdef
            WHERE adrelid = node.relation AND adnum = node.legacy_number;
          IF node.relation <> root AND given IS NOT NULL THEN
            EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', node.relation, node.shadow, given);
          END IF;
      """)
  }

  /// Does something for the table and for each partition as they are then.
  private func overNodes(declaring variables: [String], _ body: String) -> String {
    let name = Quoting.literal(table.quoted)
    return CatalogueBlock.statement(
      declaring: ["node record", "root regclass := \(name)"] + variables,
      """
        FOR node IN
          SELECT part.relid AS relation, legacy.attnum AS legacy_number, legacy.attacl AS legacy_acl,
            shadow.attname AS shadow, shadow.attacl AS shadow_acl, legacy.attstattarget AS target,
            legacy.attoptions AS options
          FROM (SELECT root AS relid UNION SELECT relid FROM pg_partition_tree(root)) AS part
            JOIN pg_attribute AS legacy ON legacy.attrelid = part.relid
              AND legacy.attname = \(Quoting.literal(legacy)) AND NOT legacy.attisdropped
            JOIN pg_attribute AS shadow ON shadow.attrelid = part.relid
              AND shadow.attname = \(Quoting.literal(shadow)) AND NOT shadow.attisdropped
        LOOP
      \(body)
        END LOOP;
      """)
  }
}
