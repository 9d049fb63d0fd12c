internal import Postgres
internal import SchemaChange

/// The questions that a ``CatalogueSnapshot`` is made from; each answers kind, name, fact and value.
struct CatalogueQueries {
  /// The schemas that are left out.
  let ignored: [String]
  /// The server's `server_version_num`.
  let version: Int

  var all: [SQL] {
    [schemas, extensions, relations, columns, constraints, indexes, triggers, rules, policies]
      + moreQueries
  }

  // MARK: - Parts

  /// What every query has around its own: the facts of an object become rows.
  func facts(
    _ kind: String, name: String, _ facts: [(String, String)], from source: String,
    where condition: String = "true"
  ) -> SQL {
    let values = facts.map { "('\($0.0)', (\($0.1))::text)" }.joined(separator: ", ")
    return """
      SELECT \(raw: kind), (\(raw: name))::text, f.fact, f.value
      FROM \(raw: source.replacing("$IGNORED", with: ignoredList))
        CROSS JOIN LATERAL (VALUES \(raw: values)) AS f (fact, value)
      WHERE \(raw: condition)
      """
  }

  private var ignoredList: String {
    "ARRAY[" + ignored.map(Quoting.literal).joined(separator: ", ") + "]::text[]"
  }

  /// A table expression, from an object's catalogue and its schema, without what is not compared.
  func own(_ catalogue: String, schema: String, as alias: String, where more: String = "true")
    -> String
  {
    """
    (SELECT x.*, x.oid AS own_oid, n.nspname FROM pg_catalog.\(catalogue) AS x
     JOIN pg_catalog.pg_namespace AS n ON n.oid = x.\(schema)
     WHERE \(Self.isOwnSchema) AND \(Self.isNoMember("x.oid", catalogue)) AND \(more)) AS \(alias)
    """
  }

  static let isOwnSchema =
    "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> ALL ($IGNORED)"

  /// That an object belongs to no extension.
  static func isNoMember(_ oid: String, _ catalogue: String) -> String {
    """
    NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
      WHERE member.classid = 'pg_catalog.\(catalogue)'::regclass
        AND member.objid = \(oid) AND member.deptype = 'e')
    """
  }

  /// Who may do what, the same text for a default that is implied and for one that is written down.
  static func grants(_ acl: String, default kind: String, owner: String) -> String {
    """
    SELECT string_agg(format('%s %s%s by %s', g.who, g.privilege_type,
        CASE WHEN g.is_grantable THEN ' with grant option' ELSE '' END, g.by), ', '
      ORDER BY g.who, g.privilege_type, g.by)
    FROM (SELECT CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee)::text END AS who,
        pg_get_userbyid(grantor)::text AS by, privilege_type, is_grantable
      FROM aclexplode(coalesce(\(acl), acldefault(\(kind), \(owner))))) AS g
    """
  }

  static func comment(_ oid: String, _ catalogue: String) -> String {
    "obj_description(\(oid), '\(catalogue)')"
  }

  // MARK: - Schemas, extensions, relations

  private var schemas: SQL {
    facts(
      "'schema'", name: "quote_ident(s.nspname)",
      [
        ("owner", "pg_get_userbyid(s.nspowner)"),
        ("grants", Self.grants("s.nspacl", default: "'n'", owner: "s.nspowner")),
        ("comment", Self.comment("s.oid", "pg_namespace")),
      ],
      from: """
        (SELECT n.* FROM pg_catalog.pg_namespace AS n WHERE \(Self.isOwnSchema)
         AND \(Self.isNoMember("n.oid", "pg_namespace"))) AS s
        """)
  }

  private var extensions: SQL {
    facts(
      "'extension'", name: "quote_ident(e.extname)",
      [
        ("version", "e.extversion"), ("schema", "e.extnamespace::regnamespace"),
        ("comment", Self.comment("e.oid", "pg_extension")),
      ], from: "pg_catalog.pg_extension AS e")
  }

  /// The relations that are compared; `c`.
  static let relations = """
    (SELECT x.*, n.nspname, format('%I.%I', n.nspname, x.relname) AS name FROM pg_catalog.pg_class AS x
     JOIN pg_catalog.pg_namespace AS n ON n.oid = x.relnamespace
     WHERE \(isOwnSchema) AND \(isNoMember("x.oid", "pg_class")) AND \(isNoLedger)) AS c
    """

  /// That a relation is none of djogi-shell's own tables, or on one.
  static let isNoLedger = """
    NOT (x.relname IN ('djogi_live_plans', 'djogi_live_plan_events', 'djogi_schema_migrations',
      'djogi_live_plan_events_id_seq', 'djogi_schema_migrations_applied_at_rank_seq')
    OR EXISTS (SELECT FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
      WHERE i.indexrelid = x.oid
        AND t.relname IN ('djogi_live_plans', 'djogi_live_plan_events', 'djogi_schema_migrations')))
    """

  static let relationKind = """
    CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
      WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'table' END
    """

  private var relations: SQL {
    facts(
      Self.relationKind, name: "c.name",
      [
        ("kind", "c.relkind"), ("owner", "pg_get_userbyid(c.relowner)"),
        (
          "grants",
          "SELECT CASE WHEN c.relkind <> 'c' THEN ("
            + Self.grants(
              "c.relacl", default: "CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END",
              owner: "c.relowner") + ") END"
        ),
        ("persistence", "c.relpersistence"),
        ("options", "SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(c.reloptions) AS o"),
        (
          "TOAST options",
          """
          SELECT string_agg(o, ', ' ORDER BY o) FROM pg_catalog.pg_class AS t, unnest(t.reloptions) AS o
          WHERE t.oid = c.reltoastrelid
          """
        ),
        ("tablespace", "SELECT spcname FROM pg_catalog.pg_tablespace WHERE oid = c.reltablespace"),
        ("access method", "SELECT amname FROM pg_catalog.pg_am WHERE oid = c.relam"),
        ("replica identity", "nullif(c.relreplident, 'n')"),
        ("row security", "nullif(c.relrowsecurity, false)"),
        ("forced row security", "nullif(c.relforcerowsecurity, false)"),
        ("type", "nullif(c.reloftype, 0)::regtype"),
        ("partition key", "pg_get_partkeydef(c.oid)"),
        ("bound", "pg_get_expr(c.relpartbound, c.oid)"),
        (
          "parents",
          """
          SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)
          FROM pg_catalog.pg_inherits WHERE inhrelid = c.oid
          """
        ),
        ("definition", "CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END"),
        ("populated", "nullif(c.relispopulated, true)"),
        ("comment", Self.comment("c.oid", "pg_class")),
        (
          "foreign table",
          """
          SELECT concat_ws(' ', srvname, ftoptions) FROM pg_catalog.pg_foreign_table
          JOIN pg_catalog.pg_foreign_server AS s ON s.oid = ftserver WHERE ftrelid = c.oid
          """
        ),
        (
          "sequence",
          """
          SELECT concat_ws(' ', format_type(seqtypid, NULL), 'start', seqstart, 'increment', seqincrement,
            'from', seqmin, 'to', seqmax, 'cache', seqcache, CASE WHEN seqcycle THEN 'cycle' END)
          FROM pg_catalog.pg_sequence WHERE seqrelid = c.oid
          """
        ),
        (
          "owned by",
          """
          SELECT concat_ws('.', d.refobjid::regclass::text, quote_ident(a.attname)) || ' ' || d.deptype::text
          FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
            AND d.deptype IN ('a', 'i')
          """
        ),
      ],
      from: Self.relations, where: "c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')")
  }

  private var columns: SQL {
    facts(
      "'column'", name: "c.name || '.' || quote_ident(a.attname)",
      [
        ("type", "format_type(a.atttypid, a.atttypmod)"),
        ("not null", "nullif(a.attnotnull, false)"),
        (
          "default",
          """
          SELECT pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef
          WHERE adrelid = a.attrelid AND adnum = a.attnum
          """
        ),
        ("identity", "nullif(a.attidentity, '')"), ("generated", "nullif(a.attgenerated, '')"),
        ("collation", "nullif(a.attcollation, 0)::regcollation"), ("storage", "a.attstorage"),
        ("compression", "nullif(a.attcompression, '')"),
        ("statistics target", "nullif(a.attstattarget::int, -1)"),
        (
          "options",
          """
          SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) AS o
          WHERE \(ColumnOptions.isSet("o"))
          """
        ),
        ("foreign options", "a.attfdwoptions"),
        (
          "grants",
          """
          SELECT CASE WHEN a.attacl IS NOT NULL THEN (SELECT string_agg(format('%s %s%s by %s',
            CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee)::text END, privilege_type,
            CASE WHEN is_grantable THEN ' with grant option' ELSE '' END, pg_get_userbyid(grantor)), ', '
            ORDER BY pg_get_userbyid(grantee), privilege_type) FROM aclexplode(a.attacl)) END
          """
        ),
        ("local", "nullif(a.attislocal, true)"), ("inherited", "nullif(a.attinhcount, 0)"),
        ("comment", "col_description(a.attrelid, a.attnum)"),
      ],
      from: Self.relations
        + """
         JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
        """)
  }

  private var constraints: SQL {
    facts(
      "'constraint'",
      name: "coalesce(c.name, k.contypid::regtype::text) || ' ' || quote_ident(k.conname)",
      [
        ("definition", "pg_get_constraintdef(k.oid)"),
        ("validated", "nullif(k.convalidated, true)"),
        ("local", "nullif(k.conislocal, true)"), ("inherited", "nullif(k.coninhcount, 0)"),
        ("parent", "SELECT conname FROM pg_catalog.pg_constraint WHERE oid = k.conparentid"),
        (
          "index",
          "CASE WHEN k.contype IN ('p', 'u', 'x') THEN nullif(k.conindid, 0)::regclass END"
        ),
        ("comment", Self.comment("k.oid", "pg_constraint")),
      ],
      from: """
        (SELECT x.* FROM pg_catalog.pg_constraint AS x JOIN pg_catalog.pg_namespace AS n
          ON n.oid = x.connamespace WHERE \(Self.isOwnSchema)
          AND x.contype <> 't' AND NOT (x.contype = 'f' AND x.conparentid <> 0)
          AND \(Self.isNoMember("x.oid", "pg_constraint"))) AS k
        LEFT JOIN \(Self.relations) ON c.oid = k.conrelid
        """, where: "c.oid IS NOT NULL OR k.contypid <> 0")
  }

  private var indexes: SQL {
    facts(
      "'index'", name: "c.name",
      [
        ("definition", "pg_get_indexdef(c.oid)"), ("valid", "nullif(i.indisvalid, true)"),
        ("ready", "nullif(i.indisready, true)"), ("primary", "nullif(i.indisprimary, false)"),
        ("replica identity", "nullif(i.indisreplident, false)"),
        ("clustered", "nullif(i.indisclustered, false)"),
        ("immediate", "nullif(i.indimmediate, true)"),
        ("tablespace", "SELECT spcname FROM pg_catalog.pg_tablespace WHERE oid = c.reltablespace"),
        (
          "parent",
          "SELECT inhparent::regclass FROM pg_catalog.pg_inherits WHERE inhrelid = c.oid"
        ),
        (
          "statistics targets",
          """
          SELECT string_agg(attnum || ' ' || attstattarget, ', ' ORDER BY attnum)
          FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attstattarget::int >= 0
          """
        ),
        ("comment", Self.comment("c.oid", "pg_class")),
      ],
      from: Self.relations + " JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid")
  }

  // MARK: - What hangs on relations

  private var triggers: SQL {
    facts(
      "'trigger'", name: "c.name || ' ' || quote_ident(t.tgname)",
      [
        ("definition", "pg_get_triggerdef(t.oid)"), ("enabled", "nullif(t.tgenabled, 'O')"),
        ("of a parent", "nullif(t.tgparentid <> 0, false)"),
        ("comment", Self.comment("t.oid", "pg_trigger")),
      ],
      from: Self.relations
        + " JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = c.oid AND NOT t.tgisinternal")
  }

  private var rules: SQL {
    facts(
      "'rule'", name: "c.name || ' ' || quote_ident(r.rulename)",
      [
        ("definition", "pg_get_ruledef(r.oid)"), ("enabled", "nullif(r.ev_enabled, 'O')"),
        ("comment", Self.comment("r.oid", "pg_rewrite")),
      ],
      from: Self.relations
        + " JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'")
  }

  private var policies: SQL {
    facts(
      "'policy'", name: "c.name || ' ' || quote_ident(p.polname)",
      [
        ("command", "p.polcmd"), ("permissive", "p.polpermissive"),
        (
          "roles",
          """
          SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r)::text END, ', '
            ORDER BY pg_get_userbyid(r)) FROM unnest(p.polroles) AS r
          """
        ),
        ("using", "pg_get_expr(p.polqual, p.polrelid)"),
        ("with check", "pg_get_expr(p.polwithcheck, p.polrelid)"),
        ("comment", Self.comment("p.oid", "pg_policy")),
      ],
      from: Self.relations + " JOIN pg_catalog.pg_policy AS p ON p.polrelid = c.oid")
  }
}
