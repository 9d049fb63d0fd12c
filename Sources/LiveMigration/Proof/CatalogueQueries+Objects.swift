internal import Postgres

/// Types, functions and what stands beside the relations.
extension CatalogueQueries {
  var moreQueries: [SQL] {
    [
      types, functions, aggregates, statistics, operators, operatorClasses, operatorFamilies, casts,
      collations, conversions, textSearch, eventTriggers, publications, subscriptions, wrappers,
      servers, userMappings, languages, defaultPrivileges, transforms, accessMethods,
    ]
  }

  private var types: SQL {
    facts(
      "'type'", name: "t.own_oid::regtype",
      [
        ("kind", "t.typtype"), ("owner", "pg_get_userbyid(t.typowner)"),
        ("grants", Self.grants("t.typacl", default: "'T'", owner: "t.typowner")),
        (
          "labels",
          """
          SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
          FROM pg_catalog.pg_enum WHERE enumtypid = t.own_oid
          """
        ),
        ("base type", "CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END"),
        ("not null", "nullif(t.typnotnull, false)"), ("default", "t.typdefault"),
        ("collation", "nullif(t.typcollation, 0)::regcollation"),
        (
          "range",
          """
          SELECT concat_ws(' ', format_type(rngsubtype, NULL), nullif(rngcollation, 0)::regcollation,
            (SELECT opcname FROM pg_catalog.pg_opclass WHERE oid = rngsubopc), rngcanonical, rngsubdiff)
          FROM pg_catalog.pg_range WHERE rngtypid = t.own_oid
          """
        ),
        (
          "functions",
          "CASE t.typtype WHEN 'b' THEN concat_ws(' ', t.typinput, t.typoutput, t.typlen) END"
        ),
        ("comment", Self.comment("t.own_oid", "pg_type")),
      ],
      from: own(
        "pg_type", schema: "typnamespace", as: "t",
        where: """
          x.typtype <> 'm' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS e WHERE e.typarray = x.oid)
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS r WHERE r.oid = x.typrelid AND r.relkind <> 'c')
          """))
  }

  private var functions: SQL {
    facts(
      "'function'", name: "p.own_oid::regprocedure",
      [
        ("definition", "pg_get_functiondef(p.own_oid)"), ("owner", "pg_get_userbyid(p.proowner)"),
        ("grants", Self.grants("p.proacl", default: "'f'", owner: "p.proowner")),
        ("comment", Self.comment("p.own_oid", "pg_proc")),
      ], from: own("pg_proc", schema: "pronamespace", as: "p", where: "x.prokind <> 'a'"))
  }

  private var aggregates: SQL {
    facts(
      "'aggregate'", name: "p.own_oid::regprocedure",
      [
        (
          "definition",
          """
          concat_ws(' ', a.aggkind, a.aggnumdirectargs, a.aggtransfn, a.aggfinalfn, a.aggcombinefn,
            a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn,
            nullif(a.aggsortop, 0)::regoperator, format_type(a.aggtranstype, NULL), a.aggtransspace,
            a.agginitval, a.aggminitval, p.proparallel)
          """
        ),
        ("owner", "pg_get_userbyid(p.proowner)"),
        ("grants", Self.grants("p.proacl", default: "'f'", owner: "p.proowner")),
        ("comment", Self.comment("p.own_oid", "pg_proc")),
      ],
      from: own("pg_proc", schema: "pronamespace", as: "p", where: "x.prokind = 'a'")
        + " JOIN pg_catalog.pg_aggregate AS a ON a.aggfnoid = p.own_oid")
  }

  private var statistics: SQL {
    facts(
      "'statistics'", name: "format('%I.%I', s.nspname, s.stxname)",
      [
        ("table", "s.stxrelid::regclass"), ("owner", "pg_get_userbyid(s.stxowner)"),
        ("kinds", "SELECT string_agg(k, ', ' ORDER BY k) FROM unnest(s.stxkind) AS k"),
        (
          "columns",
          """
          SELECT string_agg(attname, ', ' ORDER BY attname) FROM pg_catalog.pg_attribute
          WHERE attrelid = s.stxrelid AND attnum = ANY (s.stxkeys::int2[])
          """
        ),
        ("expressions", "pg_get_statisticsobjdef_expressions(s.own_oid)"),
        ("target", "nullif(s.stxstattarget::int, -1)"),
        ("comment", Self.comment("s.own_oid", "pg_statistic_ext")),
      ], from: own("pg_statistic_ext", schema: "stxnamespace", as: "s"))
  }

  private var operators: SQL {
    facts(
      "'operator'", name: "o.own_oid::regoperator",
      [
        ("function", "o.oprcode::regprocedure"), ("owner", "pg_get_userbyid(o.oprowner)"),
        ("commutator", "nullif(o.oprcom, 0)::regoperator"),
        ("negator", "nullif(o.oprnegate, 0)::regoperator"),
        ("selectivity", "concat_ws(' ', o.oprrest, o.oprjoin)"),
        ("merges, hashes", "concat_ws(' ', o.oprcanmerge, o.oprcanhash)"),
        ("comment", Self.comment("o.own_oid", "pg_operator")),
      ], from: own("pg_operator", schema: "oprnamespace", as: "o"))
  }

  private var operatorClasses: SQL {
    facts(
      "'operator class'", name: "format('%I.%I using %s', o.nspname, o.opcname, m.amname)",
      [
        ("type", "format_type(o.opcintype, NULL)"), ("default", "o.opcdefault"),
        ("owner", "pg_get_userbyid(o.opcowner)"), ("stored", "nullif(o.opckeytype, 0)::regtype"),
        ("family", "SELECT opfname FROM pg_catalog.pg_opfamily WHERE oid = o.opcfamily"),
        ("comment", Self.comment("o.own_oid", "pg_opclass")),
      ],
      from: own("pg_opclass", schema: "opcnamespace", as: "o")
        + " JOIN pg_catalog.pg_am AS m ON m.oid = o.opcmethod")
  }

  private var operatorFamilies: SQL {
    facts(
      "'operator family'", name: "format('%I.%I using %s', o.nspname, o.opfname, m.amname)",
      [
        ("owner", "pg_get_userbyid(o.opfowner)"),
        (
          "operators",
          """
          SELECT string_agg(amopstrategy || ' ' || amopopr::regoperator::text, ', '
            ORDER BY amopstrategy, amopopr::regoperator::text)
          FROM pg_catalog.pg_amop WHERE amopfamily = o.own_oid
          """
        ),
        (
          "functions",
          """
          SELECT string_agg(amprocnum || ' ' || amproc::regprocedure::text, ', '
            ORDER BY amprocnum, amproc::regprocedure::text)
          FROM pg_catalog.pg_amproc WHERE amprocfamily = o.own_oid
          """
        ),
      ],
      from: own("pg_opfamily", schema: "opfnamespace", as: "o")
        + " JOIN pg_catalog.pg_am AS m ON m.oid = o.opfmethod")
  }

  private var casts: SQL {
    facts(
      "'cast'",
      name: "format_type(c.castsource, NULL) || ' as ' || format_type(c.casttarget, NULL)",
      [
        ("function", "nullif(c.castfunc, 0)::regprocedure"), ("context", "c.castcontext"),
        ("method", "c.castmethod"), ("comment", Self.comment("c.oid", "pg_cast")),
      ],
      from: "pg_catalog.pg_cast AS c",
      where: "c.oid >= 16384 AND " + Self.isNoMember("c.oid", "pg_cast"))
  }

  private var collations: SQL {
    facts(
      "'collation'", name: "format('%I.%I', c.nspname, c.collname)",
      [
        (
          "definition",
          """
          (to_jsonb(c) - ARRAY['oid', 'own_oid', 'collnamespace', 'collowner', 'nspname', 'collname'])
          """
        ),
        ("owner", "pg_get_userbyid(c.collowner)"),
        ("comment", Self.comment("c.own_oid", "pg_collation")),
      ], from: own("pg_collation", schema: "collnamespace", as: "c"))
  }

  private var conversions: SQL {
    facts(
      "'conversion'", name: "format('%I.%I', c.nspname, c.conname)",
      [
        (
          "definition",
          "concat_ws(' ', c.conforencoding, c.contoencoding, c.conproc, c.condefault)"
        ),
        ("owner", "pg_get_userbyid(c.conowner)"),
      ], from: own("pg_conversion", schema: "connamespace", as: "c"))
  }

  private var textSearch: SQL {
    facts(
      "'text search object'", name: "t.kind || ' ' || t.name",
      [("owner", "t.owner"), ("definition", "t.definition")],
      from: """
        (SELECT 'configuration' AS kind, x.oid::regconfig::text AS name,
           pg_get_userbyid(cfgowner)::text AS owner,
           (SELECT string_agg(concat_ws(' ', maptokentype, mapseqno, mapdict::regdictionary), ', '
              ORDER BY maptokentype, mapseqno) FROM pg_catalog.pg_ts_config_map WHERE mapcfg = x.oid)
             AS definition
         FROM pg_catalog.pg_ts_config AS x JOIN pg_catalog.pg_namespace AS n ON n.oid = cfgnamespace
         WHERE \(Self.isOwnSchema) AND \(Self.isNoMember("x.oid", "pg_ts_config"))
         UNION ALL
         SELECT 'dictionary', x.oid::regdictionary::text, pg_get_userbyid(dictowner)::text,
           concat_ws(' ', (SELECT tmplname FROM pg_catalog.pg_ts_template WHERE oid = dicttemplate),
             dictinitoption)
         FROM pg_catalog.pg_ts_dict AS x JOIN pg_catalog.pg_namespace AS n ON n.oid = dictnamespace
         WHERE \(Self.isOwnSchema) AND \(Self.isNoMember("x.oid", "pg_ts_dict"))) AS t
        """)
  }
}
