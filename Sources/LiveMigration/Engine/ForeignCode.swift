internal import Postgres
internal import SchemaChange

/// Code in tables' definitions that would run with the rights of a role which has no reason to trust it.
///
/// A check, an index expression or a trigger runs with the rights of the role whose statement reaches it, not with
/// those of the table's owner; the planner calls immutable functions even for a query that finds no row. A function can
/// take back any `SET ROLE` that went before it, so that nothing but not calling it is safe. Taking a plan back calls
/// nothing, and an index is built as the table's owner.
///
/// It matters to a role that can do what owners of tables cannot: a superuser, and a role that may act as one or reach
/// the server's files and programs. Such a role trusts itself and superusers.
enum ForeignCode {
  /// What is looked at.
  enum Scope: Sendable {
    /// Tables, what foreign keys and inheritance tie to them, and what a backfill or a probe reaches in them.
    case tables(Set<QualifiedName>)
    /// One table as a backfill changes it.
    case leaf(UInt32)
    /// All tables of the database as a client reaches them, ordinary triggers included: a copy gets rows.
    case database
  }

  /// Refuses to go near tables whose definitions run the code of roles that the session's role does not trust.
  ///
  /// - Throws: `EngineError.missingPrivilege`.
  static func refuse(_ scope: Scope, on connection: PostgresConnection) async throws {
    let found = try await found(in: scope, on: connection)
    guard !found.isEmpty else { return }
    throw EngineError.missingPrivilege(sentence(found))
  }

  /// The same for a copy of the database.
  ///
  /// - Throws: `NoProof`.
  static func refuseCopy(of live: PostgresConnection) async throws {
    let found = try await found(in: .database, on: live)
    guard let first = found.first else { return }
    let others = found.count > 1 ? " and \(found.count - 1) more" : ""
    throw NoProof(
      "on a copy, code of other roles would run with the rights of \(live.info.user), which can act as a superuser: "
        + "\(first)\(others)")
  }

  /// What tells a table's definition from another one, as far as code can be in it: which rows of the catalogue it has,
  /// and what wrote them.
  static func definition(of table: UInt32, on connection: PostgresConnection) async throws -> String
  {
    func rows(_ catalogue: SQL, _ column: SQL) -> SQL {
      """
      (SELECT pg_catalog.string_agg(pg_catalog.concat(r.oid, ':', r.xmin), ',' ORDER BY r.oid)
        FROM pg_catalog.\(sql: catalogue) AS r WHERE r.\(sql: column) = \(table))
      """
    }
    let parts: [SQL] = [
      "(SELECT c.xmin FROM pg_catalog.pg_class AS c WHERE c.oid = \(table))",
      rows("pg_constraint", "conrelid"), rows("pg_trigger", "tgrelid"),
      rows("pg_statistic_ext", "stxrelid"), rows("pg_attrdef", "adrelid"),
      rows("pg_rewrite", "ev_class"),
      """
      (SELECT pg_catalog.string_agg(pg_catalog.concat(i.indexrelid, ':', i.xmin), ',' ORDER BY i.indexrelid)
        FROM pg_catalog.pg_index AS i WHERE i.indrelid = \(table))
      """,
      // The checks of domains that are types of its columns.
      """
      (SELECT pg_catalog.string_agg(pg_catalog.concat(k.oid, ':', k.xmin), ',' ORDER BY k.oid)
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_constraint AS k ON k.contypid = a.atttypid
        WHERE a.attrelid = \(table) AND a.atttypid <> 0::oid)
      """,
    ]
    return try await connection.query(
      "SELECT pg_catalog.concat_ws('|', \(sql: parts.joined()))", prepare: true
    ).only().decode(0)
  }

  private static func sentence(_ found: [String]) -> String {
    "code that other roles can change would run with the rights of this role, which can act as a superuser:\n"
      + found.prefix(10).map { "  \($0)\n" }.joined()
      + (found.count > 10 ? "  and \(found.count - 10) more\n" : "")
      + "connect as a role that is a member of the tables' owners and no superuser, "
      + "or let a superuser own what is called"
  }

  /// Whether the session's role can do what owners of tables cannot.
  static func matters(on connection: PostgresConnection) async throws -> Bool {
    try await connection.query("SELECT \(sql: isPowerful)").only().decode(0)
  }

  private static let isPowerful: SQL = """
    EXISTS (SELECT FROM pg_catalog.pg_roles AS r
      WHERE (r.rolsuper OR r.rolname IN ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files'))
        AND pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER'))
    """

  /// Whether a role that the session's does not trust owns code, or what calls code.
  private static let othersOwn: SQL = [
    ("pg_proc", "proowner"), ("pg_class", "relowner"), ("pg_type", "typowner"),
    ("pg_statistic_ext", "stxowner"), ("pg_event_trigger", "evtowner"),
  ].map { (catalogue: SQL, owner: SQL) -> SQL in
    """
    EXISTS (SELECT FROM pg_catalog.\(sql: catalogue) AS o WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r
      WHERE r.oid = o.\(sql: owner) AND (r.rolsuper OR r.rolname = current_user)))
    """
  }.joined(separator: " OR ")

  private static func found(
    in scope: Scope, on connection: PostgresConnection
  ) async throws -> [String] {
    // Asked by itself: most roles, and most databases, need no more.
    let isOpen: Bool = try await connection.query(
      "SELECT \(sql: isPowerful) AND (\(sql: othersOwn))", prepare: true
    ).only().decode(0)
    guard isOpen else { return [] }
    let isDatabase = if case .database = scope { true } else { false }
    let rows = try await connection.query(
      """
      WITH RECURSIVE \(sql: tables(scope)), \(sql: ForeignCodeQuery.text)
      SELECT DISTINCT said FROM judged WHERE (NOT for_statements OR \(isDatabase)) ORDER BY said
      """, prepare: true)
    return try rows.map { try $0.decode(0) }
  }

  private static func tables(_ scope: Scope) -> SQL {
    switch scope {
    case .leaf(let oid): "chosen (id) AS (SELECT \(oid))"
    case .database:
      """
      chosen (id) AS (SELECT c.oid FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema'
          AND n.nspname !~ '^pg_(toast|temp)')
      """
    case .tables(let names):
      """
      named (id) AS (
        SELECT pg_catalog.to_regclass(name)::oid FROM pg_catalog.unnest(\(names.map(\.quoted).sorted())) AS name
      ), tied (id) AS (
        SELECT id FROM named WHERE id IS NOT NULL
        UNION SELECT k.conrelid FROM pg_catalog.pg_constraint AS k JOIN named ON k.confrelid = named.id
        UNION SELECT k.confrelid FROM pg_catalog.pg_constraint AS k JOIN named ON k.conrelid = named.id
          WHERE k.contype = 'f'
      ), chosen (id) AS (
        SELECT id FROM tied
        UNION SELECT CASE WHEN i.inhrelid = chosen.id THEN i.inhparent ELSE i.inhrelid END
          FROM chosen JOIN pg_catalog.pg_inherits AS i ON chosen.id IN (i.inhrelid, i.inhparent)
      )
      """
    }
  }
}

/// The question for what a table's definition calls.
///
/// The expressions are read as the server stores them, for `pg_depend` knows nothing of the server's own functions, and
/// some of those run any statement that they are given.
private enum ForeignCodeQuery {
  /// From `chosen` to `judged`.
  static let text: SQL = """
    trusted (id) AS (
      SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolsuper OR r.rolname = current_user
    ), kept (owner, said, for_statements, tree, called) AS (
      SELECT c.relowner, pg_catalog.format('the check %I of %s', k.conname, c.oid::regclass), false, k.conbin::text,
        NULL::oid
        FROM chosen JOIN pg_catalog.pg_class AS c ON c.oid = chosen.id
        JOIN pg_catalog.pg_constraint AS k ON k.conrelid = c.oid WHERE k.contype = 'c'
      UNION ALL SELECT c.relowner, pg_catalog.format('the index %s', i.indexrelid::regclass), false,
        pg_catalog.concat(i.indexprs::text, i.indpred::text), NULL
        FROM chosen JOIN pg_catalog.pg_class AS c ON c.oid = chosen.id
        JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
      UNION ALL SELECT s.stxowner, pg_catalog.format('the statistics %I of %s', s.stxname, c.oid::regclass), false,
        s.stxexprs::text, NULL
        FROM chosen JOIN pg_catalog.pg_class AS c ON c.oid = chosen.id
        JOIN pg_catalog.pg_statistic_ext AS s ON s.stxrelid = c.oid WHERE s.stxexprs IS NOT NULL
      UNION ALL SELECT c.relowner, pg_catalog.format('the generated column %I of %s', a.attname, c.oid::regclass),
        false, d.adbin::text, NULL
        FROM chosen JOIN pg_catalog.pg_class AS c ON c.oid = chosen.id
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
        JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attgenerated <> ''
      UNION ALL SELECT c.relowner, pg_catalog.format('the partition key of %s', c.oid::regclass), false,
        p.partexprs::text, NULL
        FROM chosen JOIN pg_catalog.pg_class AS c ON c.oid = chosen.id
        JOIN pg_catalog.pg_partitioned_table AS p ON p.partrelid = c.oid WHERE p.partexprs IS NOT NULL
      UNION ALL SELECT c.relowner, pg_catalog.format('the rule %I of %s', w.rulename, c.oid::regclass), false,
        pg_catalog.concat(w.ev_qual::text, w.ev_action::text), NULL
        FROM chosen JOIN pg_catalog.pg_class AS c ON c.oid = chosen.id
        JOIN pg_catalog.pg_rewrite AS w ON w.ev_class = c.oid WHERE c.relkind IN ('r', 'p') AND w.ev_enabled <> 'D'
      UNION ALL SELECT c.relowner, pg_catalog.format('the trigger %I of %s', t.tgname, c.oid::regclass),
        t.tgenabled = 'O', t.tgqual::text, t.tgfoid
        FROM chosen JOIN pg_catalog.pg_class AS c ON c.oid = chosen.id
        JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
      UNION ALL SELECT e.evtowner, pg_catalog.format('the event trigger %I', e.evtname), false, NULL, e.evtfoid
        FROM pg_catalog.pg_event_trigger AS e WHERE e.evtenabled <> 'D'
    ), types (id) AS (
      SELECT a.atttypid FROM chosen JOIN pg_catalog.pg_attribute AS a ON a.attrelid = chosen.id WHERE a.attnum > 0
      UNION SELECT (m.found)[1]::oid
        FROM kept, pg_catalog.regexp_matches(kept.tree, ':[a-z]*type ([0-9]+)', 'g') AS m (found)
      UNION SELECT part.id FROM types, LATERAL (
        SELECT t.typbasetype AS id FROM pg_catalog.pg_type AS t WHERE t.oid = types.id
        UNION ALL SELECT t.typelem FROM pg_catalog.pg_type AS t WHERE t.oid = types.id
        UNION ALL SELECT a.atttypid FROM pg_catalog.pg_type AS t
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.typrelid
          WHERE t.oid = types.id AND t.typrelid <> 0::oid AND a.attnum > 0
        UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range AS r WHERE types.id IN (r.rngtypid, r.rngmultitypid)
        UNION ALL SELECT (m.found)[1]::oid FROM pg_catalog.pg_constraint AS k,
          pg_catalog.regexp_matches(k.conbin::text, ':[a-z]*type ([0-9]+)', 'g') AS m (found)
          WHERE k.contypid = types.id AND types.id <> 0::oid
      ) AS part
    ), places (owner, said, for_statements, tree, called) AS (
      SELECT * FROM kept
      UNION ALL SELECT t.typowner, pg_catalog.format('the check %I of the domain %s', k.conname, t.oid::regtype), false,
        k.conbin::text, NULL
        FROM types JOIN pg_catalog.pg_type AS t ON t.oid = types.id
        JOIN pg_catalog.pg_constraint AS k ON k.contypid = t.oid
    ), calls (owner, said, for_statements, id, is_trigger) AS (
      SELECT p.owner, p.said, p.for_statements, p.called, true FROM places AS p WHERE p.called IS NOT NULL
      UNION SELECT p.owner, p.said, p.for_statements,
        CASE WHEN m.found[1] = 'opno' THEN (SELECT o.oprcode::oid FROM pg_catalog.pg_operator AS o
          WHERE o.oid = m.found[2]::oid) ELSE m.found[2]::oid END, false
        FROM places AS p, pg_catalog.regexp_matches(p.tree,
          ':(funcid|opfuncid|aggfnoid|winfnoid|opno) ([1-9][0-9]*)', 'g') AS m (found)
    ), judged (said, for_statements) AS (
      SELECT pg_catalog.format('%s calls %s, of %I', c.said, f.oid::regprocedure, r.rolname), c.for_statements
      FROM calls AS c JOIN pg_catalog.pg_proc AS f ON f.oid = c.id
      JOIN pg_catalog.pg_roles AS r ON r.oid = CASE
        WHEN EXISTS (SELECT FROM trusted WHERE trusted.id = f.proowner) THEN c.owner ELSE f.proowner END
      WHERE NOT EXISTS (SELECT FROM trusted WHERE trusted.id = f.proowner)
        OR NOT EXISTS (SELECT FROM trusted WHERE trusted.id = c.owner) AND NOT c.is_trigger
          AND NOT \(sql: isHarmless)
    )
    """

  /// Whether a trusted role's function does no harm whatever it is given.
  ///
  /// Of the server's own, those that take a statement's text or a table's name are volatile, or make XML of it.
  private static let isHarmless: SQL = """
    (f.provolatile = 'i' OR f.oid < 16384::oid AND (
      f.provolatile = 's' AND f.proname !~ '_to_xml' AND f.proname !~ 'xmlschema'
      OR f.proname IN ('random', 'clock_timestamp', 'timeofday', 'gen_random_uuid', 'uuidv4', 'uuidv7', 'nextval',
        'currval', 'lastval'))) AND NOT f.proargtypes::oid[] && ARRAY['cstring'::regtype, 'internal'::regtype]::oid[]
    """
}
