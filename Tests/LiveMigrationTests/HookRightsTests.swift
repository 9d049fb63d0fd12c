import LiveMigration
import Postgres
import TestSupport
import Testing

/// A plan's functions are there for its triggers, and for nothing else.
@Suite("Rights of the hooks", .database)
struct HookRightsTests {
  /// What a client may do; it has a function of its own in front of the others.
  private static func setup(owner: String, client: String, outsider: String) -> String {
    """
    CREATE FUNCTION public.half(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 / 2';
    CREATE SCHEMA evil;
    CREATE FUNCTION evil.half(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT -1';
    GRANT USAGE ON SCHEMA evil TO \(client);
    CREATE SCHEMA own AUTHORIZATION \(outsider);
    CREATE TABLE own.u (id int, a text, a_new int, n int);
    ALTER TABLE own.u OWNER TO \(outsider);
    CREATE TABLE t (id int, a text, b int) PARTITION BY RANGE (id);
    CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (1000);
    INSERT INTO t SELECT g, g::text, g FROM generate_series(1, 100) g;
    ALTER TABLE t ADD PRIMARY KEY (id);
    ALTER TABLE t OWNER TO \(owner);
    ALTER TABLE t_1 OWNER TO \(owner);
    GRANT CREATE ON SCHEMA public TO \(owner);
    GRANT SELECT, INSERT, UPDATE ON t TO \(client);
    ANALYZE t;
    """
  }

  /// A hook that fills from a sequence runs with its owner's rights, the other one's conversion can fail.
  private static let migration = """
    ALTER TABLE t ALTER COLUMN a TYPE int USING half(a::int);
    ALTER TABLE t ADD COLUMN n bigserial;
    """

  /// A role without rights makes functions and a trigger of the names that the plan gives its own.
  @Test(arguments: [true, false])
  func `Another role's objects of the plan's names keep no plan from its end`(
    isKept: Bool
  ) async throws {
    let database = try TestDatabase.current
    let (owner, other) = (try await database.makeRole(), try await database.makeRole())
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1);
        ALTER TABLE t OWNER TO \(owner); GRANT CREATE ON SCHEMA public TO \(owner);
        CREATE SCHEMA own AUTHORIZATION \(other);
        """, migration: "ALTER TABLE t ALTER COLUMN v TYPE bigint;", user: owner)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    let connection = try await database.connect(user: other)
    try await connection.script("CREATE TABLE own.t (id int, v int, v_new int)")
    for name in ["djogi_\(id)_0", "djogi_\(id)_0_kept"] {
      try await connection.script(
        """
        CREATE FUNCTION own.\(name)() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TRIGGER zzzz_\(name) BEFORE INSERT ON own.t FOR EACH ROW EXECUTE FUNCTION own.\(name)();
        """)
    }
    await connection.close()
    if isKept {
      let keeping = KeepingTime(.seconds(60))
      _ = try await engine.finalize(id, justification: "t", keeping: keeping) { _ in }
      #expect(try await engine.retire(id, justification: "t") { _ in }.status == .complete)
    } else {
      _ = try await engine.revert(id, justification: "t") { _ in }
      #expect(try await engine.show(id).row.revertState == .done)
    }
    await engine.disconnect()
    let admin = try await database.connect()
    let left: [String] = try await admin.query(
      """
      SELECT nspname::text FROM pg_proc JOIN pg_namespace AS n ON n.oid = pronamespace WHERE proname LIKE 'djogi%'
      UNION ALL SELECT attname::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0
        AND NOT attisdropped ORDER BY 1
      """
    ).map { try $0.decode(0) }
    #expect(left == ["id", "own", "own", "v"])
    await admin.close()
    try await rehearsal.dispose()
  }

  @Test
  func `Clients write as ever, and no other can use the functions`() async throws {
    let database = try TestDatabase.current
    let (owner, client) = (try await database.makeRole(), try await database.makeRole())
    let outsider = try await database.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: owner, client: client, outsider: outsider),
      migration: Self.migration)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: RunOptions(allowDestructive: true)) { _ in }
    let functions = try await engine.connection().query(
      "SELECT proname::text, pronargs::int FROM pg_proc WHERE proname LIKE 'djogi\\_%'"
    ).map { (name: try $0.decode(0, as: String.self), arguments: try $0.decode(1, as: Int.self)) }
    #expect(functions.count == 3)

    let other = try await database.connect(user: outsider)
    for function in functions {
      let use: SQL =
        function.arguments == 0
        ? """
        CREATE TRIGGER mine BEFORE INSERT ON own.u FOR EACH ROW
          EXECUTE FUNCTION public.\(identifier: function.name)()
        """ : "SELECT public.\(identifier: function.name)(NULL)"
      let error = await #expect(throws: PostgresError.self) { try await other.execute(use) }
      #expect(error?.sqlState == .insufficientPrivilege)
    }
    await other.close()

    let writer = try await database.connect(user: client)
    try await writer.script(
      """
      SET search_path = evil, public;
      INSERT INTO public.t VALUES (101, '101', 1);
      UPDATE public.t SET a = '202' WHERE id = 100
      """)
    await writer.close()
    let rows = try await engine.connection().query(
      "SELECT a_new, n IS NOT NULL FROM t WHERE id >= 100 ORDER BY id")
    #expect(try rows.map { try $0.decode(0, as: Int.self) } == [101, 50])
    #expect(try rows.allSatisfy { try $0.decode(1) })

    // The role that makes partitions need not be the one that runs the plan.
    let maker = try await database.connect(user: owner)
    try await maker.execute("CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (1000) TO (2000)")
    await maker.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `Nothing of the rights is left at the end`() async throws {
    let database = try TestDatabase.current
    var roles: [String] = []
    for _ in 0..<3 { roles.append(try await database.makeRole()) }
    let rehearsal = try await Rehearsal(
      setup: Self.setup(owner: roles[0], client: roles[1], outsider: roles[2]),
      migration: Self.migration)
    try await rehearsal.drive(try await rehearsal.plan())
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.direct, schemas.live) == [])
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }
}
