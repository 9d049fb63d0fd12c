internal import Postgres

/// Objects of the whole database.
extension CatalogueQueries {
  var eventTriggers: SQL {
    facts(
      "'event trigger'", name: "quote_ident(e.evtname)",
      [
        ("event", "e.evtevent"), ("function", "e.evtfoid::regprocedure"),
        ("enabled", "e.evtenabled"), ("tags", "e.evttags"),
        ("owner", "pg_get_userbyid(e.evtowner)"),
        ("comment", Self.comment("e.oid", "pg_event_trigger")),
      ],
      from: "pg_catalog.pg_event_trigger AS e", where: Self.isNoMember("e.oid", "pg_event_trigger"))
  }

  var publications: SQL {
    let hasColumns = version >= 150_000
    let table =
      hasColumns
      ? """
      concat_ws(' ', r.prrelid::regclass, pg_get_expr(r.prqual, r.prrelid), (SELECT string_agg(attname, ', '
        ORDER BY attname) FROM pg_catalog.pg_attribute WHERE attrelid = r.prrelid
        AND attnum = ANY (r.prattrs::int2[])))
      """ : "r.prrelid::regclass::text"
    var list: [(String, String)] = [
      (
        "definition",
        """
        concat_ws(' ', CASE WHEN p.puballtables THEN 'all tables' END, CASE WHEN p.pubinsert THEN 'insert' END,
          CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
          CASE WHEN p.pubtruncate THEN 'truncate' END, CASE WHEN p.pubviaroot THEN 'via root' END)
        """
      ),
      ("owner", "pg_get_userbyid(p.pubowner)"),
      (
        "tables",
        """
        SELECT string_agg(t, ', ' ORDER BY t) FROM (SELECT \(table) AS t
          FROM pg_catalog.pg_publication_rel AS r WHERE r.prpubid = p.oid) AS listed
        """
      ),
      ("comment", Self.comment("p.oid", "pg_publication")),
    ]
    if hasColumns {
      list.append(
        (
          "schemas",
          """
          SELECT string_agg(pnnspid::regnamespace::text, ', ' ORDER BY pnnspid::regnamespace::text)
          FROM pg_catalog.pg_publication_namespace WHERE pnpubid = p.oid
          """
        ))
    }
    return facts(
      "'publication'", name: "quote_ident(p.pubname)", list,
      from: "pg_catalog.pg_publication AS p", where: Self.isNoMember("p.oid", "pg_publication"))
  }

  /// Only that it is there: what it connects to is not every role's to read.
  var subscriptions: SQL {
    facts(
      "'subscription'", name: "quote_ident(s.subname)",
      [("publications", "s.subpublications"), ("enabled", "s.subenabled")],
      from: "pg_catalog.pg_subscription AS s",
      where:
        "s.subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
    )
  }

  var wrappers: SQL {
    facts(
      "'foreign-data wrapper'", name: "quote_ident(w.fdwname)",
      [
        ("handler", "w.fdwhandler"), ("validator", "w.fdwvalidator"), ("options", "w.fdwoptions"),
        ("owner", "pg_get_userbyid(w.fdwowner)"),
        ("grants", Self.grants("w.fdwacl", default: "'F'", owner: "w.fdwowner")),
      ],
      from: "pg_catalog.pg_foreign_data_wrapper AS w",
      where: Self.isNoMember("w.oid", "pg_foreign_data_wrapper"))
  }

  var servers: SQL {
    facts(
      "'foreign server'", name: "quote_ident(s.srvname)",
      [
        ("type", "concat_ws(' ', s.srvtype, s.srvversion)"),
        ("options", "md5(s.srvoptions::text)"), ("owner", "pg_get_userbyid(s.srvowner)"),
        ("grants", Self.grants("s.srvacl", default: "'S'", owner: "s.srvowner")),
      ],
      from: "pg_catalog.pg_foreign_server AS s",
      where: Self.isNoMember("s.oid", "pg_foreign_server"))
  }

  /// Options may be passwords, and those of other roles are hidden.
  var userMappings: SQL {
    facts(
      "'user mapping'", name: "format('%I for %s', m.srvname, m.usename)",
      [("options", "md5(m.umoptions::text)")], from: "pg_catalog.pg_user_mappings AS m")
  }

  var languages: SQL {
    facts(
      "'language'", name: "quote_ident(l.lanname)",
      [
        ("trusted", "l.lanpltrusted"), ("owner", "pg_get_userbyid(l.lanowner)"),
        ("grants", Self.grants("l.lanacl", default: "'l'", owner: "l.lanowner")),
      ], from: "pg_catalog.pg_language AS l", where: "l.oid >= 16384")
  }

  var defaultPrivileges: SQL {
    facts(
      "'default privileges'",
      name: """
        concat_ws(' ', 'of', pg_get_userbyid(d.defaclrole), 'on', d.defaclobjtype,
          'in ' || nullif(d.defaclnamespace, 0)::regnamespace)
        """,
      [
        (
          "grants",
          """
          SELECT string_agg(format('%s %s%s', CASE grantee WHEN 0 THEN 'public'
            ELSE pg_get_userbyid(grantee)::text END, privilege_type,
            CASE WHEN is_grantable THEN ' with grant option' ELSE '' END), ', '
            ORDER BY pg_get_userbyid(grantee), privilege_type) FROM aclexplode(d.defaclacl)
          """
        )
      ], from: "pg_catalog.pg_default_acl AS d")
  }

  var transforms: SQL {
    facts(
      "'transform'",
      name:
        "format_type(t.trftype, NULL) || ' in ' || (SELECT lanname FROM pg_catalog.pg_language WHERE oid = t.trflang)",
      [("functions", "concat_ws(' ', t.trffromsql, t.trftosql)")],
      from: "pg_catalog.pg_transform AS t", where: Self.isNoMember("t.oid", "pg_transform"))
  }

  var accessMethods: SQL {
    facts(
      "'access method'", name: "quote_ident(m.amname)",
      [("handler", "m.amhandler"), ("type", "m.amtype")],
      from: "pg_catalog.pg_am AS m",
      where: "m.oid >= 16384 AND " + Self.isNoMember("m.oid", "pg_am"))
  }
}
