internal import Postgres
internal import SchemaChange

/// The questions that a ``SchemaCatalogue`` is made from.
///
/// Each answers catalogue, number, column, kind, name, relation, part and place; the columns after these are facts.
struct SchemaQueries {
  /// The server's `server_version_num`.
  let version: Int

  /// The questions for a part of the objects.
  func objects(_ part: SchemaPart) -> [String] {
    switch part {
    case .all: all
    case .unsaidByDump: [extensions] + (version >= 180_000 ? [columns] : [])
    }
  }

  private var all: [String] {
    [
      schemas, extensions, collations, types, sequences, tables, columns, defaults, ownerships,
      identitySequences, constraints, indexes, views, columnComments, functions, aggregates,
      operators, casts,
      rules, triggers, policies, statistics, eventTriggers, publications, defaultPrivileges,
    ]
  }

  // MARK: - Parts

  /// That a schema is one of the application's.
  static let own = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"

  /// That an object belongs to no extension.
  static func free(_ oid: String, _ catalogue: String) -> String {
    """
    NOT EXISTS (SELECT FROM pg_depend AS m WHERE m.classid = '\(catalogue)'::regclass
      AND m.objid = \(oid) AND m.deptype = 'e')
    """
  }

  /// Who may do what, one a line, without the owner's own rights: `who | privilege | option`; and what the owner may
  /// not do any more.
  static func grants(_ acl: String, _ kind: String, _ owner: String) -> String {
    """
    (SELECT string_agg(DISTINCT concat_ws(' ', CASE g.grantee WHEN 0 THEN 'PUBLIC'
        ELSE quote_ident(pg_get_userbyid(g.grantee)) END, '|', g.privilege_type,
        CASE WHEN g.is_grantable THEN '| WITH GRANT OPTION' END), E'\\n')
      FROM aclexplode(coalesce(\(acl), acldefault('\(kind)', \(owner)))) AS g
      WHERE g.grantee <> \(owner)) AS grants,
    CASE WHEN \(acl) IS NOT NULL THEN (SELECT string_agg(o.privilege_type, ', ' ORDER BY o.privilege_type)
      FROM aclexplode(acldefault('\(kind)', \(owner))) AS o WHERE o.grantee = \(owner) AND NOT EXISTS
        (SELECT FROM aclexplode(\(acl)) AS g WHERE g.grantee = \(owner) AND g.privilege_type = o.privilege_type))
      END AS owner_lacks
    """
  }

  /// Who may do what with a column `a` of the relation `c`.
  static let columnGrants = """
    (SELECT string_agg(DISTINCT concat_ws(' ', CASE g.grantee WHEN 0 THEN 'PUBLIC'
        ELSE quote_ident(pg_get_userbyid(g.grantee)) END, '|', g.privilege_type,
        CASE WHEN g.is_grantable THEN '| WITH GRANT OPTION' END), E'\\n')
      FROM aclexplode(a.attacl) AS g WHERE g.grantee <> c.relowner) AS grants
    """

  static func owner(_ oid: String) -> String { "quote_ident(pg_get_userbyid(\(oid))) AS owner" }

  static func comment(_ oid: String, _ catalogue: String) -> String {
    "obj_description(\(oid), '\(catalogue)') AS comment"
  }

  /// The extensions that an object goes with although it is none of theirs.
  static func extensions(_ oid: String, _ catalogue: String) -> String {
    """
    (SELECT string_agg(quote_ident(e.extname), ', ' ORDER BY e.extname) FROM pg_depend AS m
      JOIN pg_extension AS e ON e.oid = m.refobjid WHERE m.classid = '\(catalogue)'::regclass AND m.objid = \(oid)
        AND m.refclassid = 'pg_extension'::regclass AND m.deptype = 'x') AS extensions
    """
  }

  /// The relations of some kinds, without djogi-shell's own tables; `c`, its schema `n`, its name `c.name`.
  static func relations(_ kinds: String) -> String {
    """
    (SELECT x.*, format('%I.%I', n.nspname, x.relname) AS name FROM pg_class AS x
     JOIN pg_namespace AS n ON n.oid = x.relnamespace
     WHERE x.relkind IN (\(kinds)) AND \(own) AND \(free("x.oid", "pg_class"))
       AND NOT (x.relname IN (\(ledger)))) AS c
    """
  }

  private static let ledger =
    (LedgerSchema.tables
    + ["djogi_live_plan_events_id_seq", "djogi_schema_migrations_applied_at_rank_seq"])
    .map { "'\($0)'" }.joined(separator: ", ")

  static let tableKinds = "'r', 'p'"

  // MARK: - Schemas, extensions, types

  private var schemas: String {
    """
    SELECT 'pg_namespace', n.oid, 0, 'schema', quote_ident(n.nspname), NULL, NULL, 0,
      \(Self.owner("n.nspowner")), \(Self.grants("n.nspacl", "n", "n.nspowner")),
      \(Self.comment("n.oid", "pg_namespace"))
    FROM pg_namespace AS n WHERE \(Self.own) AND \(Self.free("n.oid", "pg_namespace"))
    """
  }

  private var extensions: String {
    """
    SELECT 'pg_extension', e.oid, 0, 'extension', quote_ident(e.extname), NULL, NULL, 0,
      e.extversion AS version, e.extnamespace::regnamespace::text AS schema,
      nullif(obj_description(e.oid, 'pg_extension'), a.comment) AS comment, a.comment AS "-own_comment"
    FROM pg_extension AS e LEFT JOIN pg_available_extensions AS a ON a.name = e.extname WHERE e.extname <> 'plpgsql'
    """
  }

  private var collations: String {
    // The columns have other names from version to version.
    """
    SELECT 'pg_collation', k.oid, 0, 'collation', format('%I.%I', n.nspname, k.collname), NULL, NULL, 0,
      k.collprovider::text AS provider, coalesce(d->>'colllocale', d->>'colliculocale') AS locale,
      k.collcollate AS "lc_collate", k.collctype AS "lc_ctype", k.collisdeterministic AS deterministic,
      d->>'collicurules' AS rules, \(Self.owner("k.collowner")), \(Self.comment("k.oid", "pg_collation"))
    FROM pg_collation AS k JOIN pg_namespace AS n ON n.oid = k.collnamespace, LATERAL to_jsonb(k) AS d
    WHERE \(Self.own) AND \(Self.free("k.oid", "pg_collation"))
    """
  }

  private var types: String {
    """
    SELECT 'pg_type', t.oid, 0, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain'
        WHEN 'r' THEN 'range type' ELSE 'composite type' END, format('%I.%I', n.nspname, t.typname), NULL, NULL, 0,
      (SELECT string_agg(CASE WHEN enumlabel ~ E'\\n' THEN format('E''%s''', replace(replace(replace(
          enumlabel, '\\', '\\\\'), '''', ''''''), E'\\n', '\\n')) ELSE quote_literal(enumlabel) END, E'\\n' ORDER BY enumsortorder)
        FROM pg_enum WHERE enumtypid = t.oid) AS labels,
      CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base,
      CASE WHEN t.typtype = 'd' THEN t.typdefault END AS "default",
      CASE WHEN t.typtype = 'd' THEN nullif(t.typnotnull, false) END AS not_null,
      CASE WHEN t.typtype = 'd' AND t.typcollation <> (SELECT b.typcollation FROM pg_type AS b
        WHERE b.oid = t.typbasetype) THEN t.typcollation::regcollation::text END AS collation,
      (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
          || CASE WHEN a.attcollation <> b.typcollation
            THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, E'\\n' ORDER BY a.attnum)
        FROM pg_attribute AS a JOIN pg_type AS b ON b.oid = a.atttypid
        WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND NOT a.attisdropped) AS attributes,
      (SELECT concat_ws(', ', 'SUBTYPE = ' || format_type(r.rngsubtype, NULL),
          'SUBTYPE_OPCLASS = ' || (SELECT format('%I.%I', m.nspname, o.opcname) FROM pg_opclass AS o
            JOIN pg_namespace AS m ON m.oid = o.opcnamespace WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
          'COLLATION = ' || CASE WHEN r.rngcollation <> (SELECT b.typcollation FROM pg_type AS b
            WHERE b.oid = r.rngsubtype) THEN r.rngcollation::regcollation::text END,
          'CANONICAL = ' || nullif(r.rngcanonical, 0)::regproc,
          'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff, 0)::regproc,
          'MULTIRANGE_TYPE_NAME = ' || format_type(r.rngmultitypid, NULL))
        FROM pg_range AS r WHERE r.rngtypid = t.oid) AS range,
      (SELECT format_type(r.rngsubtype, NULL) FROM pg_range AS r WHERE r.rngtypid = t.oid) AS "-subtype",
      (SELECT format_type(r.rngmultitypid, NULL) FROM pg_range AS r WHERE r.rngtypid = t.oid) AS "-multirange",
      \(Self.owner("t.typowner")), \(Self.grants("t.typacl", "T", "t.typowner")),
      \(Self.comment("t.oid", "pg_type"))
    FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
    WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND EXISTS
        (SELECT FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
      AND \(Self.own) AND \(Self.free("t.oid", "pg_type"))
    """
  }

  private static let sequenceFacts = """
    format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment,
    s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache, s.seqcycle AS cycle
    """

  private var sequences: String {
    """
    SELECT 'pg_class', c.oid, 0, 'sequence', c.name, NULL, NULL, 0, \(Self.sequenceFacts),
      nullif(c.relpersistence, 'p')::text AS persistence, \(Self.owner("c.relowner")),
      \(Self.grants("c.relacl", "s", "c.relowner")), \(Self.comment("c.oid", "pg_class"))
    FROM \(Self.relations("'S'")) JOIN pg_sequence AS s ON s.seqrelid = c.oid
    WHERE NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
      AND d.objid = c.oid AND d.deptype = 'i')
    """
  }

  /// What is said of the sequences of identities, which have no definition of their own.
  private var identitySequences: String {
    """
    SELECT NULL, NULL, 0, '\(SchemaKind.identitySequence.rawValue)', name, relation, part, place, "-sequence",
      grants, owner_lacks, comment
    FROM (SELECT t.name || '.' || quote_ident(a.attname) AS name, t.name AS relation, quote_ident(a.attname) AS part,
        a.attnum AS place, c.name AS "-sequence", \(Self.grants("c.relacl", "s", "c.relowner")),
        \(Self.comment("c.oid", "pg_class"))
      FROM \(Self.relations("'S'")) JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.deptype = 'i' AND d.refclassid = 'pg_class'::regclass
      JOIN (SELECT * FROM \(Self.relations(Self.tableKinds))) AS t ON t.oid = d.refobjid
      JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid) AS x
    WHERE num_nonnulls(grants, owner_lacks, comment) > 0
    """
  }

  // MARK: - Tables

  private var tables: String {
    """
    SELECT 'pg_class', c.oid, 0, 'table', c.name, NULL, NULL, 0,
      pg_get_partkeydef(c.oid) AS partition_key, pg_get_expr(c.relpartbound, c.oid) AS bound,
      (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits
        WHERE inhrelid = c.oid) AS parents,
      nullif(c.relpersistence, 'p')::text AS persistence,
      (SELECT string_agg(o, E'\\n' ORDER BY o) FROM unnest(c.reloptions
        || ARRAY(SELECT 'toast.' || o FROM pg_class AS t, unnest(t.reloptions) AS o
          WHERE t.oid = c.reltoastrelid)) AS o) AS options,
      (SELECT quote_ident(spcname) FROM pg_tablespace WHERE oid = c.reltablespace) AS tablespace,
      (SELECT quote_ident(amname) FROM pg_am WHERE oid = c.relam AND amname <> 'heap') AS access_method,
      CASE c.relreplident WHEN 'd' THEN NULL WHEN 'i' THEN NULL ELSE c.relreplident END::text AS replica_identity,
      nullif(c.relrowsecurity, false) AS row_security,
      nullif(c.relforcerowsecurity, false) AS forced_row_security,
      \(Self.owner("c.relowner")), \(Self.grants("c.relacl", "r", "c.relowner")),
      \(Self.comment("c.oid", "pg_class"))
    FROM \(Self.relations(Self.tableKinds))
    """
  }

  /// That a column is there because a parent of its table has it.
  private static let inherited = "(c.relispartition OR NOT a.attislocal AND a.attinhcount > 0)"

  /// That a parent's column of the same name fulfils something.
  private static func parent(_ condition: String) -> String {
    """
    (\(inherited) AND EXISTS (SELECT FROM pg_inherits AS h JOIN pg_attribute AS p ON p.attrelid = h.inhparent
      LEFT JOIN pg_attrdef AS e ON e.adrelid = p.attrelid AND e.adnum = p.attnum
      WHERE h.inhrelid = c.oid AND p.attname = a.attname AND \(condition)))
    """
  }

  /// From version 18 on, that a column takes no NULL is a constraint with a name and options of its own.
  private var notNull: String {
    guard version >= 180_000 else { return "" }
    return """
      CASE WHEN nn.conislocal AND nn.coninhcount = 0 AND nn.conname <> concat(c.relname, '_', a.attname, '_not_null')
        THEN quote_ident(nn.conname) END AS not_null_name, quote_ident(nn.conname) AS "-not_null_name",
      CASE WHEN NOT nn.convalidated AND nn.coninhcount = 0 THEN 't' END AS not_null_unproved,
      CASE WHEN nn.connoinherit THEN 't' END AS not_null_alone,
      CASE WHEN nn.coninhcount = 0 THEN obj_description(nn.oid, 'pg_constraint') END AS not_null_comment,
      """
  }

  private var columns: String {
    """
    SELECT 'pg_class', c.oid, a.attnum, 'column', c.name || '.' || quote_ident(a.attname), c.name,
      quote_ident(a.attname), a.attnum,
      format_type(a.atttypid, a.atttypmod) AS type, format_type(a.atttypid, NULL) AS base,
      CASE WHEN t.typcollation <> 0 THEN 't' END AS "-collatable",
      CASE WHEN \(Self.inherited) THEN 't' END AS inherited,
      CASE WHEN EXISTS (SELECT FROM pg_partitioned_table AS pt WHERE pt.partrelid = c.oid
        AND (a.attnum = ANY (pt.partattrs) OR 0 = ANY (pt.partattrs))) THEN 't' END AS "-in_partition_key",
      CASE WHEN \(Self.inherited) THEN (SELECT string_agg(format('%I.%I.%I', pn.nspname, pc.relname, a.attname),
          E'\\n' ORDER BY h.inhseqno) FROM pg_inherits AS h JOIN pg_class AS pc ON pc.oid = h.inhparent
        JOIN pg_namespace AS pn ON pn.oid = pc.relnamespace WHERE h.inhrelid = c.oid) END AS "-inherits",
      CASE WHEN a.attnotnull AND NOT \(Self.parent("p.attnotnull")) THEN 't' END AS not_null,
      \(notNull)
      nullif(a.attnotnull, false) AS "-not_null", nullif(a.attidentity, '')::text AS identity,
      nullif(a.attgenerated, '')::text AS generated,
      CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS expression,
      CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
      CASE WHEN a.attstorage <> t.typstorage AND NOT \(Self.parent("p.attstorage = a.attstorage"))
        THEN a.attstorage::text END AS storage,
      t.typstorage::text AS "-storage", 
      CASE WHEN NOT \(Self.parent("p.attcompression = a.attcompression"))
        THEN nullif(a.attcompression, '')::text END AS compression,
      nullif(coalesce(a.attstattarget, -1), -1) AS statistics,
      (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) AS o
        WHERE \(ColumnOptions.isSet("o"))) AS options,
      (SELECT format('%s|%s|%s|%s|%s|%s|%s|%s', s.seqrelid::regclass, format_type(s.seqtypid, NULL), s.seqstart,
          s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
        FROM pg_depend AS q JOIN pg_sequence AS s ON s.seqrelid = q.objid
        WHERE a.attidentity <> '' AND q.classid = 'pg_class'::regclass AND q.refclassid = 'pg_class'::regclass
          AND q.refobjid = c.oid AND q.refobjsubid = a.attnum AND q.deptype = 'i') AS identity_sequence,
      \(Self.columnGrants),
      col_description(c.oid, a.attnum) AS comment
    FROM \(Self.relations(Self.tableKinds)) JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
      AND NOT a.attisdropped
    JOIN pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
    """
      + (version >= 180_000
        ? """

        LEFT JOIN pg_constraint AS nn ON nn.conrelid = c.oid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum
        """ : "")
  }

  private var defaults: String {
    """
    SELECT 'pg_attrdef', d.oid, 0, 'default', c.name || '.' || quote_ident(a.attname), c.name,
      quote_ident(a.attname), a.attnum, pg_get_expr(d.adbin, d.adrelid) AS expression
    FROM \(Self.relations("'r', 'p', 'v'")) JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attgenerated = ''
      AND NOT a.attisdropped
    JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE NOT \(Self.parent("pg_get_expr(e.adbin, e.adrelid) = pg_get_expr(d.adbin, d.adrelid)"))
    """
  }

  private var ownerships: String {
    """
    SELECT NULL, NULL, 0, 'owned sequence', c.name, t.name, quote_ident(a.attname), 0,
      t.name || '.' || quote_ident(a.attname) AS "column"
    FROM \(Self.relations("'S'")) JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
      AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass
    JOIN (SELECT * FROM \(Self.relations(Self.tableKinds))) AS t ON t.oid = d.refobjid
    JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    """
  }

  private var constraints: String {
    """
    SELECT 'pg_constraint', k.oid, 0, 'constraint',
      coalesce(c.name, k.contypid::regtype::text) || ' ' || quote_ident(k.conname),
      coalesce(c.name, k.contypid::regtype::text), quote_ident(k.conname),
      position(k.contype::text IN 'puxcf'),
      pg_get_constraintdef(k.oid) AS definition, k.contype::text AS type,
      CASE WHEN k.contypid <> 0 THEN 't' END AS domain,
      CASE WHEN k.contype = 'f' THEN k.confrelid::regclass::text END AS "-referenced",
      CASE WHEN i.indisclustered THEN 't' END AS clustered,
      CASE WHEN i.indisreplident THEN 't' END AS replica_identity,
      (SELECT string_agg(o, E'\\n' ORDER BY o) FROM unnest(x.reloptions) AS o) AS options,
      (SELECT quote_ident(spcname) FROM pg_tablespace WHERE oid = x.reltablespace) AS tablespace,
      \(Self.comment("k.oid", "pg_constraint"))
    FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace AND \(Self.own)
    LEFT JOIN \(Self.relations(Self.tableKinds)) ON c.oid = k.conrelid
    LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_class AS x ON x.oid = i.indexrelid
    WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND k.conparentid = 0 AND k.coninhcount = 0
      AND (c.oid IS NOT NULL OR k.contypid <> 0 AND \(Self.free("k.contypid", "pg_type")))
      AND \(Self.free("k.oid", "pg_constraint"))
    """
  }

  private var indexes: String {
    """
    SELECT 'pg_class', c.oid, 0, 'index', c.name, t.name, quote_ident(c.relname), 0,
      pg_get_indexdef(c.oid) AS definition, t.relkind::text AS "-table_kind",
      CASE WHEN i.indisclustered THEN 't' END AS clustered,
      CASE WHEN i.indisreplident THEN 't' END AS replica_identity,
      CASE WHEN NOT i.indisvalid THEN 't' END AS invalid,
      (SELECT string_agg(a.attnum || ' ' || a.attstattarget, ', ' ORDER BY a.attnum) FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attstattarget >= 0) AS statistics,
      (SELECT quote_ident(spcname) FROM pg_tablespace WHERE oid = c.reltablespace) AS tablespace,
      \(Self.extensions("c.oid", "pg_class")), \(Self.comment("c.oid", "pg_class"))
    FROM \(Self.relations("'i', 'I'")) JOIN pg_index AS i ON i.indexrelid = c.oid
    JOIN (SELECT * FROM \(Self.relations("'r', 'p', 'm'"))) AS t ON t.oid = i.indrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
      AND NOT EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = c.oid)
    """
  }
}
