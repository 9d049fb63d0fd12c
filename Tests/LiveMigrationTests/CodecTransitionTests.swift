import LiveMigration
import Postgres
import SchemaChange
import TestSupport
import Testing

/// A column whose values are encoded anew, by a function that reads the old form and one that writes the new one.
@Suite("Codec transition", .database)
struct CodecTransitionTests {
  static let setup = """
    CREATE SCHEMA codec;
    CREATE FUNCTION codec.from_hex(stored text) RETURNS bytea IMMUTABLE LANGUAGE sql
      AS $$ SELECT decode(stored, 'hex') $$;
    CREATE FUNCTION codec.to_base64(value bytea, marker text) RETURNS text IMMUTABLE LANGUAGE sql
      AS $$ SELECT marker || encode(value, 'base64') $$;
    CREATE TABLE t (id int PRIMARY KEY, secret text NOT NULL, note text);
    INSERT INTO t SELECT g, encode(convert_to('secret ' || g, 'UTF8'), 'hex'), 'n'
      FROM generate_series(1, 400) g;
    CREATE INDEX t_secret ON t (secret);
    ANALYZE t;
    """
  static let migration = """
    ALTER TABLE t ALTER COLUMN secret TYPE text
      USING codec.to_base64(codec.from_hex(secret), 'v2:');
    """

  @Test
  func `Rows are encoded anew as a direct run does it`() async throws {
    let rehearsal = try await Rehearsal(setup: Self.setup, migration: Self.migration)
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    #expect(rows.live.first?.contains("v2:") == true)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.dispose()
  }

  @Test
  func `What a client writes in the old form arrives in the new one`() async throws {
    let rehearsal = try await Rehearsal(setup: Self.setup, migration: Self.migration)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(
      id, options: RunOptions(allowDestructive: true, justification: "test")
    ) { _ in }
    let client = try await rehearsal.database.connect()
    try await client.script(
      """
      UPDATE t SET secret = '616263' WHERE id = 5;
      INSERT INTO t VALUES (1000, '646566', 'new');
      UPDATE t SET secret = 'no hex' WHERE id = 6;
      """)
    let values = try await client.query(
      "SELECT secret_new FROM t WHERE id IN (5, 6, 1000) ORDER BY id"
    )
    .map { try $0.decode(0, as: String?.self) }
    #expect(values == ["v2:YWJj", nil, "v2:ZGVm"])
    await client.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `Hooks are named after both codecs, in the plan's file too`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: Self.migration, comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    let plan = try #require(try await engine.show(id).file.plan)
    let window = try #require(plan.steps.firstIndex { $0.kind == .beginCompatibilityWindow })
    let label = "codec::public.t::secret::codec.from_hex->codec.to_base64"
    #expect(
      HookActivation(plan, at: window + 1).open
        == ["dual_read::\(label)", "dual_write::\(label)"])
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    ("secret", nil),
    ("codec.to_base64(codec.from_hex(secret), 'v2:')", "codec.from_hex"),
    ("upper(secret)", nil),
    ("f(g(secret::text, 1)::bytea)", "g"),
    ("f(g(other))", nil),
    ("f(g(secret), secret)", nil),
    ("f(g(secret)) || 'x'", nil),
  ])
  func `Only two functions around the column are codecs`(_ using: String, from: String?) {
    #expect(CodecPair(using, of: "secret").map { "\($0.from)" } == from)
  }
}
