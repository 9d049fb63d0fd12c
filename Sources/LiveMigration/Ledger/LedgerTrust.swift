internal import Postgres

/// Who can make the ledger's tables act as the role that uses them.
///
/// The owner of a table chooses what runs when others read it or write to it: triggers, rules, policies, defaults. And
/// a plan's row holds texts that are run: its throttle query, and the copy of its plan. A role that can write those acts as
/// the driver of the plan.
extension PlanLedger {
  /// Refuses tables that belong to a role which the session's role has no reason to trust, or that run code.
  ///
  /// Trusted is the role itself, a role that it is a member of, the database's owner, and a superuser. For a superuser
  /// only true memberships count; `pg_has_role` takes it for a member of every role.
  func requireTrust(on connection: PostgresConnection) async throws {
    let faults = try await connection.query(
      """
      WITH RECURSIVE mine (id) AS (
        SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user
        UNION SELECT m.roleid FROM pg_catalog.pg_auth_members AS m JOIN mine ON m.member = mine.id
      ), ledger AS (
        SELECT c.oid AS id, c.relkind, c.relrowsecurity, c.relowner,
          pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = \(tables.schema) AND c.relname = ANY (\(tables.all.map(\.name))::name[])
      )
      SELECT pg_catalog.format('%s belongs to %I, which is neither the role in use, nor a role that it '
          'is a member of, nor the database''s owner, nor a superuser', l.name, r.rolname) AS fault
        FROM ledger AS l JOIN pg_catalog.pg_roles AS r ON r.oid = l.relowner
        WHERE NOT r.rolsuper AND NOT EXISTS (SELECT FROM mine WHERE mine.id = l.relowner)
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_database AS d
            WHERE d.datname = pg_catalog.current_database() AND d.datdba = l.relowner)
      UNION ALL SELECT pg_catalog.format('%s is not an ordinary table', l.name)
        FROM ledger AS l WHERE l.relkind <> 'r'
      UNION ALL SELECT pg_catalog.format('%s has row security', l.name)
        FROM ledger AS l WHERE l.relrowsecurity
      UNION ALL SELECT pg_catalog.format('%s has the trigger %I', l.name, t.tgname)
        FROM ledger AS l JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = l.id
        WHERE NOT t.tgisinternal
      UNION ALL SELECT pg_catalog.format('%s has the rule %I', l.name, w.rulename)
        FROM ledger AS l JOIN pg_catalog.pg_rewrite AS w ON w.ev_class = l.id
      ORDER BY 1
      """
    ).map { try $0.decode(0, as: String.self) }
    guard faults.isEmpty else {
      throw EngineError.ledger(.untrusted(schema: tables.schema, faults))
    }
  }

  /// The roles that may write plans' rows and could not act as the session's role without that; empty when what a row
  /// holds may be run.
  ///
  /// The owner of the tables has been found trustworthy already, and so are its members, who can do what it can. A
  /// grant to a role reaches that role's members.
  func untrustedWriters(on connection: PostgresConnection) async throws -> [String] {
    try await connection.query(
      """
      WITH RECURSIVE plans AS (
        SELECT c.oid AS id, c.relowner,
          coalesce(c.relacl, pg_catalog.acldefault('r'::"char", c.relowner)) AS acl
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = \(tables.schema) AND c.relname = \(tables.plans.name)
      ), trusted (id) AS (
        SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolsuper OR r.rolname = current_user
        UNION SELECT p.relowner FROM plans AS p
        UNION SELECT d.datdba FROM pg_catalog.pg_database AS d
          WHERE d.datname = pg_catalog.current_database()
        UNION SELECT m.member FROM pg_catalog.pg_auth_members AS m
          JOIN trusted ON m.roleid = trusted.id
      ), granted (id) AS (
        SELECT g.grantee FROM plans AS p, LATERAL pg_catalog.aclexplode(p.acl) AS g
          WHERE g.privilege_type IN ('INSERT', 'UPDATE')
        UNION SELECT g.grantee FROM plans AS p JOIN pg_catalog.pg_attribute AS a
          ON a.attrelid = p.id, LATERAL pg_catalog.aclexplode(a.attacl) AS g
          WHERE g.privilege_type IN ('INSERT', 'UPDATE')
        UNION SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = 'pg_write_all_data'
      ), writers (id, through) AS (
        SELECT g.id, g.id FROM granted AS g
        UNION SELECT m.member, w.through FROM pg_catalog.pg_auth_members AS m
          JOIN writers AS w ON m.roleid = w.id
      )
      SELECT DISTINCT coalesce(pg_catalog.quote_ident(r.rolname::text), 'PUBLIC'::text) AS name
      FROM writers AS w LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = w.id
      WHERE NOT EXISTS (SELECT FROM trusted WHERE trusted.id = w.id)
        AND (r.rolcanlogin OR r.oid IS NULL) ORDER BY name
      """
    ).map { try $0.decode(0, as: String.self) }
  }
}
