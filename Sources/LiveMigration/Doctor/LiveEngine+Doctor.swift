internal import Postgres
internal import PrivateServer
internal import SchemaChange

extension LiveEngine {
  /// What the role on this server can and cannot do for a plan, and what on the server would be in its way.
  ///
  /// Nothing is changed. A question that the role may not ask is a note of its own, and hides no other.
  ///
  /// - Throws: What keeps any command from the server: no connection, an old server, a pooler.
  public func examine() async throws -> [Diagnosis] {
    let connection = try await session.primary()
    let role = Quoting.identifier(
      try await connection.query("SELECT current_user::text").only().decode(0))
    let means = proofMeans
    var found: [Diagnosis] = []
    let questions: [(Diagnosis.Subject, @Sendable () async throws -> [Diagnosis])] = [
      (.server, { try await ServerDoctor.server(connection) }),
      (.role, { try await RoleDoctor.role(connection) }),
      (.ledger, { try await RoleDoctor.ledger(role, connection) }),
      (.schemas, { try await RoleDoctor.schemas(role, connection) }),
      (.tables, { try await RoleDoctor.tables(role, connection) }),
      (.rowSecurity, { try await RoleDoctor.rowSecurity(role, connection) }),
      (.proof, { try await ServerDoctor.proof(means, connection) }),
      (.dump, { try await ServerDoctor.dump(connection) }),
      (.triggers, { try await RoleDoctor.triggers(role, connection) }),
      (.statistics, { try await RoleDoctor.statistics(role, connection) }),
      (.counting, { try await ServerDoctor.counting(connection) }),
      (.replicas, { try await ServerDoctor.replicas(connection) }),
      (.slots, { try await ServerDoctor.slots(connection) }),
      (.publications, { try await ServerDoctor.publications(connection) }),
      (.space, { try await StorageDoctor.space(connection) }),
      (.snapshots, { try await StorageDoctor.snapshots(connection) }),
      (.prepared, { try await StorageDoctor.prepared(connection) }),
      (.wraparound, { try await StorageDoctor.wraparound(connection) }),
      (.integers, { try await IntegerDoctor.integers(connection) }),
      (.timeouts, { try await ServerDoctor.timeouts(connection) }),
      (.autovacuum, { try await ServerDoctor.autovacuum(connection) }),
    ]
    for (subject, ask) in questions {
      do {
        found += try await ask()
      } catch let error as PostgresError where error.serverError != nil {
        let words = error.serverError?.message ?? ""
        found.append(Diagnosis(subject, .note, "it cannot be read: \(words)"))
      }
    }
    return found
  }
}

/// What the role may do.
enum RoleDoctor {
  static func role(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let row = try await connection.query(
      """
      SELECT current_user::text, rolsuper, rolreplication FROM pg_catalog.pg_roles
      WHERE rolname = current_user
      """
    ).only()
    let name: String = try row.decode(0)
    return [
      Diagnosis(
        .role, .fine,
        "the session is \(name)'s" + (try row.decode(1) ? ", a superuser" : ", no superuser"))
    ]
  }

  /// The ledger's tables go to the first schema of the search path.
  static func ledger(_ role: String, _ connection: PostgresConnection) async throws -> [Diagnosis] {
    let row = try await connection.query(
      """
      SELECT pg_catalog.to_regclass('djogi_live_plans')::text, current_schema()::text,
        coalesce(pg_catalog.has_schema_privilege(current_schema(), 'CREATE'), false),
        coalesce(pg_catalog.has_table_privilege(
          pg_catalog.to_regclass('djogi_live_plans'), 'SELECT, INSERT, UPDATE'), false)
      """
    ).only()
    if let table: String = try row.decode(0) {
      let may: Bool = try row.decode(3)
      return [
        may
          ? Diagnosis(.ledger, .fine, "the ledger \(table) is there and may be written")
          : Diagnosis(
            .ledger, .problem, "the role may not write the ledger \(table)",
            help: "GRANT SELECT, INSERT, UPDATE ON \(table) TO \(role)")
      ]
    }
    guard let schema: String = try row.decode(1) else {
      return [
        Diagnosis(
          .ledger, .problem, "the search path names no schema that exists",
          help: "ALTER ROLE \(role) SET search_path = public")
      ]
    }
    guard try row.decode(2) else {
      return [
        Diagnosis(
          .ledger, .problem, "the role may not make the ledger's tables in the schema \(schema)",
          help: "GRANT CREATE ON SCHEMA \(Quoting.identifier(schema)) TO \(role)")
      ]
    }
    return [Diagnosis(.ledger, .fine, "the ledger's tables can be made in the schema \(schema)")]
  }

  /// A hook's function, and a list of rows, are made beside the table.
  static func schemas(_ role: String, _ connection: PostgresConnection) async throws -> [Diagnosis]
  {
    let schemas = try await connection.query(
      """
      SELECT n.nspname::text FROM pg_catalog.pg_namespace AS n
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = n.oid AND relkind IN ('r', 'p'))
        AND NOT (pg_catalog.has_schema_privilege(n.oid, 'CREATE') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE'))
      ORDER BY 1
      """
    ).map { try $0.decode(0, as: String.self) }
    guard !schemas.isEmpty else {
      return [Diagnosis(.schemas, .fine, "triggers can be made in every schema that holds tables")]
    }
    let names = schemas.map(Quoting.identifier).joined(separator: ", ")
    return [
      Diagnosis(
        .schemas, .problem,
        "the role may not make anything in the schema of some tables: " + DoctorText.some(schemas),
        help: "GRANT USAGE, CREATE ON SCHEMA \(names) TO \(role)")
    ]
  }

  /// ALTER TABLE needs the table's owner.
  static func tables(_ role: String, _ connection: PostgresConnection) async throws -> [Diagnosis] {
    let rows = try await connection.query(
      """
      SELECT pg_catalog.pg_get_userbyid(c.relowner)::text,
        pg_catalog.array_agg(c.oid::regclass::text ORDER BY c.oid::regclass::text)
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
      GROUP BY 1 ORDER BY 1
      """)
    guard !rows.isEmpty else {
      return [Diagnosis(.tables, .fine, "the role owns every table, or is a member of its owner")]
    }
    return try rows.map { row in
      let owner: String = try row.decode(0)
      let tables: [String] = try row.decode(1)
      return Diagnosis(
        .tables, .problem,
        "the role cannot change the tables of \(owner): \(DoctorText.some(tables))",
        help: "GRANT \(Quoting.identifier(owner)) TO \(role)")
    }
  }

  /// Rows that a policy hides from the role are not filled.
  static func rowSecurity(
    _ role: String, _ connection: PostgresConnection
  ) async throws -> [Diagnosis] {
    let tables = try await connection.query(
      """
      SELECT c.oid::regclass::text FROM pg_catalog.pg_class AS c
      WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity
        AND (c.relforcerowsecurity OR NOT pg_catalog.pg_has_role(c.relowner, 'USAGE'))
        AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user)
      ORDER BY 1
      """
    ).map { try $0.decode(0, as: String.self) }
    guard !tables.isEmpty else {
      return [Diagnosis(.rowSecurity, .fine, "no policy hides rows from the role")]
    }
    return [
      Diagnosis(
        .rowSecurity, .problem, "policies hide rows from the role: \(DoctorText.some(tables))",
        help: "ALTER ROLE \(role) BYPASSRLS")
    ]
  }

  /// The application's triggers would fire for each row that a backfill changes.
  static func triggers(
    _ role: String, _ connection: PostgresConnection
  ) async throws -> [Diagnosis] {
    let surroundings = BackfillSurroundings(settings: LiveSettings())
    if try await surroundings.maySilenceTriggers(on: connection) {
      return [
        Diagnosis(.triggers, .fine, "a backfill can keep the application's triggers from firing")
      ]
    }
    let version = connection.info.serverVersion
    let help =
      version >= 150_000
      ? "GRANT SET ON PARAMETER session_replication_role TO \(role)"
      : "ALTER ROLE \(role) SUPERUSER, which version \(version / 10_000) asks for"
    return [
      Diagnosis(
        .triggers, .warning,
        "a backfill fires the application's triggers, for the role may not set session_replication_role",
        help: help)
    ]
  }

  /// Who is in the way, and how far replicas are behind, is told to few.
  static func statistics(
    _ role: String, _ connection: PostgresConnection
  ) async throws -> [Diagnosis] {
    if try await BackfillSurroundings.seesReplicas(on: connection) {
      return [Diagnosis(.statistics, .fine, "the role sees what all sessions do")]
    }
    return [
      Diagnosis(
        .statistics, .warning,
        "the role does not see what the sessions of other roles do, nor how far replicas are behind",
        help: "GRANT pg_read_all_stats TO \(role)")
    ]
  }
}

/// Lists for people.
enum DoctorText {
  /// A few names, and how many more there are.
  static func some(_ names: [String]) -> String {
    let shown = names.prefix(5).joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }
}
