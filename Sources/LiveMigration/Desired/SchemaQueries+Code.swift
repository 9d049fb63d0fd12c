extension SchemaQueries {
  // MARK: - Views

  var views: String {
    """
    SELECT 'pg_class', c.oid, 0, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, c.name,
      NULL, NULL, 0, pg_get_viewdef(c.oid) AS definition,
      (SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        nullif(a.attcollation, 0)), E'\\n' ORDER BY a.attnum) FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS "-columns",
      (SELECT string_agg(o, E'\\n' ORDER BY o) FROM unnest(c.reloptions) AS o) AS options,
      (SELECT quote_ident(spcname) FROM pg_tablespace WHERE oid = c.reltablespace) AS tablespace,
      CASE WHEN NOT c.relispopulated THEN 't' END AS empty, \(Self.extensions("c.oid", "pg_class")),
      \(Self.owner("c.relowner")), \(Self.grants("c.relacl", "r", "c.relowner")),
      \(Self.comment("c.oid", "pg_class"))
    FROM \(Self.relations("'v', 'm'"))
    """
  }

  var columnComments: String {
    """
    SELECT NULL, NULL, 0, '\(SchemaKind.columnComment.rawValue)', c.name || '.' || quote_ident(a.attname), c.name,
      quote_ident(a.attname), a.attnum, col_description(c.oid, a.attnum) AS text,
      CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'composite type' END AS "-kind",
      \(Self.columnGrants)
    FROM \(Self.relations("'v', 'm', 'c'")) JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
      AND NOT a.attisdropped
    WHERE col_description(c.oid, a.attnum) IS NOT NULL OR a.attacl IS NOT NULL
    """
  }

  // MARK: - Functions, operators, casts

  var functions: String {
    """
    SELECT 'pg_proc', p.oid, 0, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
      p.oid::regprocedure::text, NULL, NULL, 0,
      pg_get_functiondef(p.oid) AS definition, pg_get_function_result(p.oid) AS "-result",
      concat_ws(' ', p.proallargtypes, p.proargmodes, p.proargnames) AS "-parameters",
      p.pronargdefaults AS "-defaults", p.prokind::text AS "-kind",
      CASE WHEN l.lanname = 'sql' THEN p.prosrc END AS "-source", \(Self.extensions("p.oid", "pg_proc")),
      \(Self.owner("p.proowner")), \(Self.grants("p.proacl", "f", "p.proowner")),
      \(Self.comment("p.oid", "pg_proc"))
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace AND \(Self.own)
    JOIN pg_language AS l ON l.oid = p.prolang
    WHERE p.prokind IN ('f', 'p', 'w') AND \(Self.free("p.oid", "pg_proc"))
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
        AND d.deptype = 'i')
    """
  }

  var aggregates: String {
    """
    SELECT 'pg_proc', p.oid, 0, 'aggregate', p.oid::regprocedure::text, NULL, NULL, 0,
      concat_ws(', ', 'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, NULL),
        'SSPACE = ' || nullif(a.aggtransspace, 0), 'FINALFUNC = ' || nullif(a.aggfinalfn, 0)::regproc,
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE WHEN a.aggfinalfn <> 0 THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify
          WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'COMBINEFUNC = ' || nullif(a.aggcombinefn, 0)::regproc,
        'SERIALFUNC = ' || nullif(a.aggserialfn, 0)::regproc,
        'DESERIALFUNC = ' || nullif(a.aggdeserialfn, 0)::regproc,
        'INITCOND = ' || quote_literal(a.agginitval),
        'SORTOP = ' || (SELECT format('OPERATOR(%s.%s)', o.oprnamespace::regnamespace, o.oprname)
          FROM pg_operator AS o WHERE o.oid = a.aggsortop),
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END) AS definition,
      format('%I.%I(%s)', n.nspname, p.proname, coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*')) AS "-head",
      \(Self.owner("p.proowner")), \(Self.grants("p.proacl", "f", "p.proowner")),
      \(Self.comment("p.oid", "pg_proc"))
    FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = a.aggfnoid
    JOIN pg_namespace AS n ON n.oid = p.pronamespace AND \(Self.own)
    WHERE a.aggkind = 'n' AND a.aggmtransfn = 0 AND \(Self.free("p.oid", "pg_proc"))
    """
  }

  var operators: String {
    func named(_ oid: String) -> String {
      "(SELECT format('OPERATOR(%s.%s)', x.oprnamespace::regnamespace, x.oprname) FROM pg_operator AS x "
        + "WHERE x.oid = \(oid))"
    }
    return """
      SELECT 'pg_operator', o.oid, 0, 'operator', o.oid::regoperator::text, NULL, NULL, 0,
        concat_ws(', ', 'FUNCTION = ' || o.oprcode::oid::regproc,
          'LEFTARG = ' || format_type(nullif(o.oprleft, 0), NULL),
          'RIGHTARG = ' || format_type(nullif(o.oprright, 0), NULL),
          'COMMUTATOR = ' || \(named("nullif(o.oprcom, 0)")), 'NEGATOR = ' || \(named("nullif(o.oprnegate, 0)")),
          'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc,
          CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END) AS definition,
        format('%I.%s', n.nspname, o.oprname) AS "-head", \(Self.owner("o.oprowner")),
        \(Self.comment("o.oid", "pg_operator"))
      FROM pg_operator AS o JOIN pg_namespace AS n ON n.oid = o.oprnamespace AND \(Self.own)
      WHERE o.oprcode <> 0 AND \(Self.free("o.oid", "pg_operator"))
      """
  }

  var casts: String {
    """
    SELECT 'pg_cast', c.oid, 0, 'cast',
      format('(%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)), NULL, NULL, 0,
      concat_ws(' ', CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure
        WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
        CASE c.castcontext WHEN 'a' THEN 'AS ASSIGNMENT' WHEN 'i' THEN 'AS IMPLICIT' END) AS definition,
      \(Self.comment("c.oid", "pg_cast"))
    FROM pg_cast AS c WHERE c.oid >= 16384 AND \(Self.free("c.oid", "pg_cast"))
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid
        AND d.deptype = 'i')
    """
  }

  // MARK: - What hangs on relations

  var rules: String {
    """
    SELECT 'pg_rewrite', r.oid, 0, 'rule', c.name || ' ' || quote_ident(r.rulename), c.name,
      quote_ident(r.rulename), 0, pg_get_ruledef(r.oid) AS definition,
      nullif(r.ev_enabled, 'O')::text AS enabled, \(Self.comment("r.oid", "pg_rewrite"))
    FROM \(Self.relations("'r', 'p', 'v', 'm'")) JOIN pg_rewrite AS r ON r.ev_class = c.oid
      AND r.rulename <> '_RETURN'
    """
  }

  /// Triggers; of those that a partition has of the whole, the ones that are switched otherwise.
  var triggers: String {
    // Before version 15 a partition's part of a trigger counts as one of the server's own.
    let foreign =
      version >= 150_000 ? "NOT t.tgisinternal" : "(NOT t.tgisinternal OR t.tgparentid <> 0)"
    return """
      SELECT 'pg_trigger', t.oid, 0, 'trigger', c.name || ' ' || quote_ident(t.tgname), c.name,
        quote_ident(t.tgname), 0, CASE WHEN t.tgparentid = 0 THEN pg_get_triggerdef(t.oid) END AS definition,
        nullif(t.tgenabled, 'O')::text AS enabled, u.tgenabled::text AS "-usually",
        CASE WHEN t.tgconstraint <> 0 THEN 't' END AS "constraint",
        \(Self.extensions("t.oid", "pg_trigger")), \(Self.comment("t.oid", "pg_trigger"))
      FROM \(Self.relations("'r', 'p', 'v', 'm'")) JOIN pg_trigger AS t ON t.tgrelid = c.oid AND \(foreign)
      LEFT JOIN pg_trigger AS u ON u.oid = t.tgparentid
      WHERE t.tgparentid = 0 OR t.tgenabled <> u.tgenabled
      """
  }

  var policies: String {
    """
    SELECT 'pg_policy', p.oid, 0, 'policy', c.name || ' ' || quote_ident(p.polname), c.name,
      quote_ident(p.polname), 0, CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
        WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
      p.polpermissive AS permissive,
      (SELECT string_agg(w, ', ' ORDER BY w) FROM (SELECT CASE r WHEN 0 THEN 'PUBLIC'
        ELSE quote_ident(pg_get_userbyid(r)) END FROM unnest(p.polroles) AS r) AS x (w)) AS roles,
      pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS "check",
      \(Self.comment("p.oid", "pg_policy"))
    FROM \(Self.relations(Self.tableKinds)) JOIN pg_policy AS p ON p.polrelid = c.oid
    """
  }

  var statistics: String {
    """
    SELECT 'pg_statistic_ext', s.oid, 0, 'statistics', format('%I.%I', n.nspname, s.stxname),
      NULL, NULL, 0, pg_get_statisticsobjdef(s.oid) AS definition,
      nullif(coalesce(s.stxstattarget, -1), -1) AS target, \(Self.owner("s.stxowner")),
      \(Self.comment("s.oid", "pg_statistic_ext"))
    FROM pg_statistic_ext AS s JOIN pg_namespace AS n ON n.oid = s.stxnamespace AND \(Self.own)
    WHERE \(Self.free("s.oid", "pg_statistic_ext"))
    """
  }

  // MARK: - Of the whole database

  var eventTriggers: String {
    """
    SELECT 'pg_event_trigger', e.oid, 0, 'event trigger', quote_ident(e.evtname), NULL, NULL, 0,
      concat_ws(' ', 'ON', e.evtevent, 'WHEN TAG IN (' || (SELECT string_agg(quote_literal(t), ', ' ORDER BY n)
        FROM unnest(e.evttags) WITH ORDINALITY AS x (t, n)) || ')', 'EXECUTE FUNCTION', e.evtfoid::regproc || '()') AS definition,
      nullif(e.evtenabled, 'O')::text AS enabled, \(Self.owner("e.evtowner")),
      \(Self.comment("e.oid", "pg_event_trigger"))
    FROM pg_event_trigger AS e WHERE \(Self.free("e.oid", "pg_event_trigger"))
    """
  }

  var publications: String {
    let isNew = version >= 150_000
    let columns =
      isNew
      ? """
      || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
          WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '')
        || coalesce(' WHERE ' || CASE WHEN pg_get_expr(r.prqual, r.prrelid) LIKE '(%' THEN
          pg_get_expr(r.prqual, r.prrelid) ELSE '(' || pg_get_expr(r.prqual, r.prrelid) || ')' END, '')
      """ : ""
    let schemas =
      isNew
      ? """
      (SELECT string_agg('TABLES IN SCHEMA ' || pnnspid::regnamespace, ', ' ORDER BY pnnspid::regnamespace::text)
        FROM pg_publication_namespace WHERE pnpubid = p.oid)
      """ : "NULL"
    let computed =
      version >= 180_000
      ? (
        format: ", publish_generated_columns = %s",
        value: ", CASE p.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END"
      ) : (format: "", value: "")
    return """
      SELECT 'pg_publication', p.oid, 0, 'publication', quote_ident(p.pubname), NULL, NULL, 0,
        nullif(p.puballtables, false) AS all_tables,
        concat_ws(', ', (SELECT \(isNew ? "" : "'TABLE ' || ")string_agg('\(isNew ? "TABLE " : "")ONLY '
          || r.prrelid::regclass \(columns), ', ' ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel AS r WHERE r.prpubid = p.oid),
          \(schemas)) AS members,
        format('publish = %L, publish_via_partition_root = %s\(computed.format)', concat_ws(', ',
          CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
          CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END), pubviaroot::text\(computed.value)) AS options,
        \(Self.owner("p.pubowner")), \(Self.comment("p.oid", "pg_publication"))
      FROM pg_publication AS p
      """
  }

  var defaultPrivileges: String {
    """
    SELECT 'pg_default_acl', d.oid, 0, 'default privileges',
      concat_ws(' ', 'FOR ROLE', d.role, 'IN SCHEMA ' || d.schema) || '|' || d.word, NULL, NULL, 0,
      d.role AS "-role", d.schema AS "-schema", d.word AS "-word",
      (SELECT string_agg(concat_ws(' ', CASE g.grantee WHEN 0 THEN 'PUBLIC'
          ELSE quote_ident(pg_get_userbyid(g.grantee)) END, '|', g.privilege_type,
          CASE WHEN g.is_grantable THEN '| WITH GRANT OPTION' END), E'\\n' ORDER BY g.grantee, g.privilege_type)
        FROM aclexplode(d.defaclacl) AS g) AS grants,
      CASE WHEN d.defaclnamespace = 0 THEN (SELECT string_agg(concat_ws(' ', CASE g.grantee WHEN 0 THEN 'PUBLIC'
          ELSE quote_ident(pg_get_userbyid(g.grantee)) END, '|', g.privilege_type), E'\\n'
          ORDER BY g.grantee, g.privilege_type)
        FROM aclexplode(acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END,
          d.defaclrole)) AS g) END AS "-base"
    FROM (SELECT *, quote_ident(pg_get_userbyid(defaclrole)) AS role,
        nullif(defaclnamespace, 0)::regnamespace::text AS schema, CASE defaclobjtype
          WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
          WHEN 'L' THEN 'LARGE OBJECTS' ELSE 'SCHEMAS' END AS word FROM pg_default_acl) AS d
    WHERE d.defaclnamespace = 0
      OR EXISTS (SELECT FROM pg_namespace AS n WHERE n.oid = d.defaclnamespace AND \(Self.own))
    """
  }

  // MARK: - Ties

  /// Rows that are a part of another object: row types, rules of views, indexes of constraints.
  var aliases: String {
    """
    SELECT 'pg_type', t.oid, 'pg_class', t.typrelid, 0 FROM pg_type AS t JOIN pg_class AS c ON c.oid = t.typrelid
      WHERE c.relkind <> 'c'
    UNION ALL SELECT 'pg_class', t.typrelid, 'pg_type', t.oid, 0 FROM pg_type AS t
      JOIN pg_class AS c ON c.oid = t.typrelid WHERE c.relkind = 'c'
    UNION ALL SELECT 'pg_type', typarray, 'pg_type', oid, 0 FROM pg_type WHERE typarray <> 0 AND oid >= 16384
    UNION ALL SELECT 'pg_type', rngmultitypid, 'pg_type', rngtypid, 0 FROM pg_range WHERE rngtypid >= 16384
    UNION ALL SELECT 'pg_rewrite', oid, 'pg_class', ev_class, 0 FROM pg_rewrite
      WHERE rulename = '_RETURN' AND oid >= 16384
    UNION ALL SELECT 'pg_class', objid, 'pg_class', refobjid, refobjsubid FROM pg_depend
      WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype = 'i'
        AND refobjsubid <> 0
    UNION ALL SELECT 'pg_attrdef', d.oid, 'pg_class', d.adrelid, d.adnum FROM pg_attrdef AS d
      JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated <> ''
    UNION ALL SELECT 'pg_class', conindid, 'pg_constraint', coalesce(nullif(conparentid, 0), oid), 0
      FROM pg_constraint WHERE contype IN ('p', 'u', 'x')
    UNION ALL SELECT 'pg_class', inhrelid, 'pg_class', inhparent, 0 FROM pg_inherits AS h
      JOIN pg_class AS c ON c.oid = h.inhrelid WHERE c.relkind IN ('i', 'I') AND NOT EXISTS
        (SELECT FROM pg_constraint AS k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL SELECT classid::regclass::text, objid, 'pg_extension', refobjid, 0 FROM pg_depend
      WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
    UNION ALL SELECT 'pg_trigger', oid, 'pg_trigger', tgparentid, 0 FROM pg_trigger WHERE tgparentid <> 0
    UNION ALL SELECT 'pg_publication_rel', oid, 'pg_publication', prpubid, 0 FROM pg_publication_rel
    """
      + (version >= 150_000
        ? """

        UNION ALL SELECT 'pg_publication_namespace', oid, 'pg_publication', pnpubid, 0 FROM pg_publication_namespace
        """ : "")
  }

  /// Who needs what; a partition's part of an index is made by the whole's, and needs nothing for itself.
  static let dependencies = """
    SELECT own.relname, objid, objsubid, other.relname, refobjid, refobjsubid
    FROM pg_depend JOIN pg_class AS own ON own.oid = classid JOIN pg_class AS other ON other.oid = refclassid
    WHERE deptype IN ('n', 'a', 'i', 'P', 'S') AND objid >= 16384
      AND NOT (classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_inherits AS h
        JOIN pg_class AS c ON c.oid = h.inhrelid WHERE h.inhrelid = objid AND c.relkind IN ('i', 'I')))
    """

  /// The casts of the server; those that must be written out end in an exclamation mark.
  static let castPairs = """
    SELECT format_type(castsource, NULL) || '>' || format_type(casttarget, NULL)
      || CASE castcontext WHEN 'e' THEN '!' ELSE '' END
    FROM pg_cast
    """

  /// Objects of the kinds that are not compared.
  var uncovered: String {
    func find(
      _ words: String, _ catalogue: String, _ name: String, _ schema: String?,
      _ more: String = "true"
    )
      -> String
    {
      """
      SELECT '\(words) ' || \(schema == nil ? "" : "quote_ident(n.nspname) || '.' || ")quote_ident(x.\(name))
      FROM \(catalogue) AS x \(schema.map { "JOIN pg_namespace AS n ON n.oid = x.\($0) AND \(Self.own)" } ?? "")
      WHERE x.oid >= 16384 AND \(Self.free("x.oid", catalogue)) AND \(more)
      """
    }
    return [
      find("foreign table", "pg_class", "relname", "relnamespace", "x.relkind = 'f'"),
      find(
        "typed table", "pg_class", "relname", "relnamespace",
        "x.relkind IN ('r', 'p') AND x.reloftype <> 0"),
      find(
        "base type", "pg_type", "typname", "typnamespace",
        "(x.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type AS e WHERE e.typarray = x.oid) OR x.typtype = 'p')"
      ),
      find(
        "aggregate", "pg_proc", "proname", "pronamespace",
        "EXISTS (SELECT FROM pg_aggregate AS a WHERE a.aggfnoid = x.oid AND (a.aggkind <> 'n' OR a.aggmtransfn <> 0))"
      ),
      find("conversion", "pg_conversion", "conname", "connamespace"),
      find("operator class", "pg_opclass", "opcname", "opcnamespace"),
      find("operator family", "pg_opfamily", "opfname", "opfnamespace"),
      find("text search configuration", "pg_ts_config", "cfgname", "cfgnamespace"),
      find("text search dictionary", "pg_ts_dict", "dictname", "dictnamespace"),
      find("text search parser", "pg_ts_parser", "prsname", "prsnamespace"),
      find("text search template", "pg_ts_template", "tmplname", "tmplnamespace"),
      find("foreign-data wrapper", "pg_foreign_data_wrapper", "fdwname", nil),
      find("foreign server", "pg_foreign_server", "srvname", nil),
      find("language", "pg_language", "lanname", nil),
      find("access method", "pg_am", "amname", nil),
      """
      SELECT 'transform for ' || format_type(x.trftype, NULL) FROM pg_transform AS x
      WHERE x.oid >= 16384 AND \(Self.free("x.oid", "pg_transform"))
      """,
      """
      SELECT 'subscription ' || quote_ident(x.subname) FROM pg_subscription AS x
      WHERE x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      """,
      """
      SELECT 'comment on a part of what a parent has, ' || pg_describe_object(d.classoid, d.objoid, 0) FROM pg_description AS d
      WHERE d.classoid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class AS x
          JOIN pg_namespace AS n ON n.oid = x.relnamespace AND \(Self.own) JOIN pg_inherits AS h ON h.inhrelid = x.oid
          WHERE x.oid = d.objoid AND x.relkind IN ('i', 'I'))
        OR d.classoid = 'pg_constraint'::regclass AND EXISTS (SELECT FROM pg_constraint AS x
          JOIN pg_namespace AS n ON n.oid = x.connamespace AND \(Self.own)
          WHERE x.oid = d.objoid AND x.coninhcount > 0)
        OR d.classoid = 'pg_trigger'::regclass AND EXISTS (SELECT FROM pg_trigger AS x
          WHERE x.oid = d.objoid AND x.tgparentid <> 0)
      """,
      """
      SELECT 'security label on ' || pg_describe_object(classoid, objoid, objsubid) FROM pg_seclabel
      """,
    ].joined(separator: " UNION ALL ") + " ORDER BY 1"
  }
}
