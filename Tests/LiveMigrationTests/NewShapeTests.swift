import Foundation
import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// The old and the new release of an application work on one table at the same time, each in the shape that it knows.
@Suite("Two shapes at once", .database)
struct NewShapeTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, total text, note text DEFAULT 'x', buyer int NOT NULL);
    INSERT INTO t SELECT g, g::text, 'n' || g, g FROM generate_series(1, 50) g;
    CREATE UNIQUE INDEX t_buyer ON t (buyer);
    """
  private static let migration = """
    ALTER TABLE t ALTER COLUMN total TYPE integer USING total::integer;
    ALTER TABLE t RENAME COLUMN buyer TO customer;
    ALTER TABLE t DROP COLUMN note;
    """
  private static let path = "public_v20260428000000, public"

  private static var settings: LiveSettings {
    var settings = Rehearsal.quick
    settings.newShape = true
    return settings
  }

  /// A plan at its last gate, with a client of each shape.
  private static func ready(
    _ setup: String, _ migration: String, down: String? = nil, drives: Bool = true
  ) async throws -> (
    rehearsal: Rehearsal, id: PlanID, old: PostgresConnection, new: PostgresConnection
  ) {
    let rehearsal = try await Rehearsal(setup: setup, migration: migration, settings: settings)
    if let down {
      let path = rehearsal.folder + "/migrations/main/_global_/\(Rehearsal.version).down.sql"
      try Data(down.utf8).write(to: URL(fileURLWithPath: path))
    }
    let id = try await rehearsal.plan()
    if drives { try await rehearsal.drive(id, until: .finalizing) }
    let (old, new) = (
      try await rehearsal.database.connect(), try await rehearsal.database.connect()
    )
    try await new.script("SET search_path = \(path)")
    return (rehearsal, id, old, new)
  }

  private static func row(_ id: Int, _ client: PostgresConnection) async throws -> String {
    try await client.query("SELECT t::text FROM t WHERE id = \(id)").only().decode(0)
  }

  @Test func `Each shape has what clients write to the other, and the end is a direct run's`()
    async throws
  {
    let (rehearsal, id, old, new) = try await Self.ready(Self.setup, Self.migration)
    // The columns of the finished table, in its order.
    #expect(try await Self.row(7, new) == "(7,7,7)")
    try await new.script("UPDATE t SET total = 700 WHERE id = 7")
    try await old.script("UPDATE t SET total = '800', buyer = 108 WHERE id = 8")
    try await new.script("UPDATE t SET total = total + 1, customer = 208 WHERE id = 8")
    try await old.script("UPDATE t SET total = (total::int + 1)::text WHERE id = 8")
    try await new.script("INSERT INTO t (id, total, customer) VALUES (60, 6, 60)")
    try await new.script("INSERT INTO t VALUES (61, 61, NULL)")
    try await old.script("INSERT INTO t VALUES (62, '62', 'old', 62), (63, NULL, NULL, 63)")
    try await new.script(
      """
      INSERT INTO t (id, total, customer) VALUES (62, 1, 99)
        ON CONFLICT (id) DO UPDATE SET total = excluded.total + t.total;
      INSERT INTO t (id, total, customer) VALUES (64, 5, 60)
        ON CONFLICT (customer) DO UPDATE SET total = t.total * 10;
      UPDATE t SET total = t.total + given.more FROM (VALUES (7, 1)) AS given (id, more) WHERE t.id = given.id;
      DELETE FROM t WHERE id = 50;
      """)
    #expect(try await Self.row(7, old) == "(7,701,n7,7,701)")
    #expect(try await Self.row(8, old) == "(8,802,n8,208,802)")
    #expect(try await Self.row(8, new) == "(8,208,802)")
    #expect(try await Self.row(60, old) == "(60,60,x,60,60)")
    #expect(try await Self.row(62, old) == "(62,63,old,62,63)")
    #expect(try await Self.row(63, new) == "(63,63,)")
    // A prepared statement outlives the swap.
    try await new.script("PREPARE ask AS SELECT * FROM t WHERE id = 7")
    #expect(try await new.query("EXECUTE ask").only().decode(2, as: Int.self) == 701)
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await new.query("EXECUTE ask").only().decode(2, as: Int.self) == 701)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    #expect(try await rehearsal.leftOvers() == [])
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `A revert after the cut-over of writes keeps what the new release wrote`() async throws
  {
    let (rehearsal, id, old, new) = try await Self.ready(Self.setup, Self.migration)
    try await new.script(
      """
      UPDATE t SET total = 700 WHERE id = 7; UPDATE t SET total = NULL WHERE id = 9;
      INSERT INTO t (id, total, customer) VALUES (60, 6, 60);
      """)
    let engine = rehearsal.engine()
    let outcome = try await engine.revert(id, justification: "called off") { _ in }
    #expect(outcome.status == .abandoned)
    #expect(try await Self.row(7, old) == "(7,700,n7,7)")
    #expect(try await Self.row(9, old) == "(9,,n9,9)")
    #expect(try await Self.row(60, old) == "(60,6,x,60)")
    // The new release falls through to the old shape.
    #expect(try await Self.row(60, new) == "(60,6,x,60)")
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    #expect(try await rehearsal.leftOvers() == [])
    await engine.disconnect()
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `A table that gets another name and schema is there under both until the swap`()
    async throws
  {
    let (rehearsal, id, old, new) = try await Self.ready(
      "CREATE SCHEMA shop; CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a');",
      "ALTER TABLE t RENAME TO orders; ALTER TABLE orders SET SCHEMA shop;")
    try await new.script("SET search_path = shop_v20260428000000, shop")
    let prepared = "PREPARE write AS UPDATE orders SET v = v || '+' RETURNING v"
    try await new.script(prepared)
    #expect(try await new.query("EXECUTE write").only().decode(0, as: String.self) == "a+")
    #expect(try await Self.row(1, old) == "(1,a+)")
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await new.query("EXECUTE write").only().decode(0, as: String.self) == "a++")
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  private static let numbers = """
    CREATE TABLE t (id int PRIMARY KEY, total integer);
    INSERT INTO t SELECT g, g FROM generate_series(1, 50) g;
    CREATE UNIQUE INDEX t_total ON t (total);
    """

  @Test func `A value without an old one stops no client, and is named before it is thrown away`()
    async throws
  {
    let (rehearsal, id, old, new) = try await Self.ready(
      Self.numbers, "ALTER TABLE t ALTER COLUMN total TYPE bigint;")
    try await new.script(
      """
      UPDATE t SET total = 5000000000 WHERE id = 7; INSERT INTO t VALUES (60, 6000000000), (61, 61);
      """)
    #expect(try await Self.row(7, old) == "(7,,5000000000)")
    // An old client that does not touch the value leaves it; one that does wins.
    try await old.script("UPDATE t SET id = 107 WHERE id = 7; UPDATE t SET total = 7 WHERE id = 60")
    #expect(try await Self.row(107, new) == "(107,5000000000)")
    #expect(try await Self.row(60, new) == "(60,7)")
    let engine = rehearsal.engine()
    for accepted in [nil, 2] as [Int64?] {
      let error = await #expect(throws: EngineError.self) {
        _ = try await engine.revert(id, justification: "no", discarding: accepted) { _ in }
      }
      guard case .losesNewValues(id, .revert, 1, accepted, ["id=107"]) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(error?.category == .validation)
    }
    #expect(try await engine.show(id).row.status == .finalizing)
    _ = try await engine.revert(id, justification: "yes", discarding: 1) { _ in }
    #expect(try await Self.row(107, old) == "(107,)")
    #expect(try await Self.row(61, old) == "(61,61)")
    await engine.disconnect()
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `A written way back gives the old column its value`() async throws {
    let (rehearsal, id, old, new) = try await Self.ready(
      """
      CREATE TABLE t (id int PRIMARY KEY, total integer NOT NULL);
      INSERT INTO t SELECT g, g FROM generate_series(1, 50) g;
      """, "ALTER TABLE t ALTER COLUMN total TYPE bigint;",
      down: "ALTER TABLE t ALTER COLUMN total TYPE integer USING least(total, 2147483647)::integer;"
    )
    try await new.script(
      "INSERT INTO t VALUES (60, 6000000000); UPDATE t SET total = 8 WHERE id = 7")
    #expect(try await Self.row(60, old) == "(60,2147483647,6000000000)")
    #expect(try await Self.row(7, old) == "(7,8,8)")
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await Self.row(60, old) == "(60,6000000000)")
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `A way back may bear the names that the migration gives`() async throws {
    let (rehearsal, id, old, new) = try await Self.ready(
      """
      CREATE TABLE t (id int PRIMARY KEY, total numeric(12,2));
      INSERT INTO t SELECT g, g / 4.0 FROM generate_series(1, 50) g;
      """,
      """
      ALTER TABLE t ALTER COLUMN total TYPE bigint USING round(total * 100)::bigint;
      ALTER TABLE t RENAME COLUMN total TO cents;
      """,
      down: """
        ALTER TABLE t ALTER COLUMN cents TYPE numeric(12,2) USING cents / 100.0;
        ALTER TABLE t RENAME COLUMN cents TO total;
        """)
    try await new.script("UPDATE t SET cents = 512 WHERE id = 1")
    try await old.script("UPDATE t SET total = 1.5 WHERE id = 2")
    #expect(try await Self.row(1, old) == "(1,5.12,512)")
    #expect(try await Self.row(2, new) == "(2,150)")
    #expect(try await rehearsal.drive(id).status == .complete)
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `A way back that leads elsewhere is refused`() async throws {
    let rehearsal = try await Rehearsal(
      setup: "CREATE TABLE t (id int PRIMARY KEY, total int); INSERT INTO t VALUES (1, 3)",
      migration: "ALTER TABLE t ALTER COLUMN total TYPE bigint USING total * 100;",
      settings: Self.settings, comparing: false)
    let path = rehearsal.folder + "/migrations/main/_global_/\(Rehearsal.version).down.sql"
    let down = "ALTER TABLE t ALTER COLUMN total TYPE int USING total / 10;"
    try Data(down.utf8).write(to: URL(fileURLWithPath: path))
    let error = await #expect(throws: EngineError.self) { _ = try await rehearsal.plan() }
    #expect(
      error?.description.contains("does not lead back") == true, "\(String(describing: error))")
    try await rehearsal.dispose()
  }

  @Test func `The owner of a table cannot give other names a meaning in front of clients`()
    async throws
  {
    let role = "djogi_test_\(UInt64.random(in: 0..<1 << 40))"
    let (rehearsal, id, old, new) = try await Self.ready(
      """
      CREATE ROLE \(role); GRANT CREATE ON SCHEMA public TO \(role); SET ROLE \(role);
      CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'); RESET ROLE;
      CREATE TABLE accounts (id int);
      """, "ALTER TABLE t RENAME COLUMN v TO w;")
    try await old.script("SET ROLE \(role)")
    for statement in ["CREATE TABLE", "CREATE VIEW"] {
      let definition = statement == "CREATE TABLE" ? "(id int)" : "AS SELECT 1 AS id"
      let refused = await #expect(throws: PostgresError.self) {
        try await old.script("\(statement) public_v20260428000000.accounts \(definition)")
      }
      #expect(refused?.sqlState == .insufficientPrivilege)
    }
    // The table's owner uses the view as its own.
    try await old.script("UPDATE public_v20260428000000.t SET w = 'b'; RESET ROLE")
    #expect(try await Self.row(1, new) == "(1,b)")
    #expect(try await rehearsal.drive(id).status == .complete)
    let left: Int = try await new.query(
      "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'public\\_v%'"
    ).only().decode(0)
    #expect(left == 0)
    try await rehearsal.dispose()
    try await old.script("DROP OWNED BY \(role); DROP ROLE \(role)")
    await old.close()
    await new.close()
  }

  @Test func `Rights follow the gates, and are those on the table and its columns`() async throws {
    let role = "djogi_test_\(UInt64.random(in: 0..<1 << 40))"
    let (rehearsal, id, old, new) = try await Self.ready(
      """
      CREATE ROLE \(role);
      CREATE TABLE t (id int PRIMARY KEY, total text, hidden int DEFAULT 0, note text);
      INSERT INTO t SELECT g, g::text FROM generate_series(1, 50) g;
      GRANT SELECT, INSERT (id, total), UPDATE (total) ON t TO \(role);
      """,
      """
      ALTER TABLE t ALTER COLUMN total TYPE integer USING total::integer;
      ALTER TABLE t RENAME COLUMN total TO amount;
      """, drives: false)
    let engine = rehearsal.engine()
    let first = RunOptions(allowDestructive: true, justification: "rehearsal")
    _ = try await engine.run(id, options: first) { _ in }
    func approve(_ gate: Gate) async throws {
      let options = RunOptions(
        approvals: [gate], allowDestructive: true, justification: "rehearsal")
      _ = try await engine.run(id, options: options) { _ in }
    }
    func refusal(_ statement: String) async -> SQLState? {
      do {
        try await new.script("BEGIN; SET LOCAL ROLE \(role); \(statement); COMMIT")
        return nil
      } catch {
        _ = try? await new.script("ROLLBACK")
        return (error as? PostgresError)?.sqlState
      }
    }
    try await approve(.validate)
    #expect(await refusal("SELECT amount FROM public_v20260428000000.t") == .insufficientPrivilege)
    try await approve(.cutoverReads)
    #expect(await refusal("SELECT id, amount FROM t") == nil)
    #expect(await refusal("UPDATE t SET amount = 1 WHERE id = 1") == .insufficientPrivilege)
    try await approve(.cutoverWrites)
    #expect(await refusal("UPDATE t SET amount = 1 WHERE id = 1") == nil)
    #expect(await refusal("INSERT INTO t (id, amount) VALUES (90, 9)") == nil)
    #expect(await refusal("UPDATE t SET hidden = 1") == .insufficientPrivilege)
    #expect(await refusal("DELETE FROM t") == .insufficientPrivilege)
    #expect(try await Self.row(90, old) == "(90,9,0,,9)")
    #expect(try await rehearsal.drive(id).status == .complete)
    await engine.disconnect()
    // The other copy has the role's rights too.
    try await rehearsal.dispose()
    try await old.script("DROP OWNED BY \(role); DROP ROLE \(role)")
    await old.close()
    await new.close()
  }

  @Test(arguments: [
    (
      "CREATE TABLE t (id int PRIMARY KEY, total int NOT NULL)",
      "ALTER TABLE t ALTER total TYPE bigint", "NOT NULL without a default"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, total int)", "ALTER TABLE t ALTER id TYPE bigint",
      "NOT NULL and unique"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, total int)",
      "ALTER TABLE t ALTER total TYPE bigint USING total * 100", "its expression is no cast"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, a int, total int)",
      "ALTER TABLE t ALTER total TYPE bigint USING total + a", "its expression is no cast"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, note text NOT NULL)", "ALTER TABLE t DROP note",
      "would have no value for note"
    ),
    (
      "CREATE DOMAIN d AS int NOT NULL; CREATE DOMAIN e AS d; CREATE TABLE t (id int PRIMARY KEY, note e)",
      "ALTER TABLE t DROP note", "would have no value for note"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, total numeric UNIQUE)",
      "ALTER TABLE t ALTER total TYPE text", "may call different values equal"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, total int); CREATE UNIQUE INDEX ON t (total) NULLS NOT DISTINCT",
      "ALTER TABLE t ALTER total TYPE bigint", "takes one NULL alone"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, total int)",
      "ALTER TABLE t RENAME total TO amount; ALTER TABLE t ADD COLUMN total int",
      "would lack the column"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, total int)",
      "ALTER TABLE t RENAME total TO amount; ALTER TABLE t ALTER amount TYPE bigint",
      "has one window"
    ),
    (
      "CREATE SCHEMA public_v20260428000000; CREATE TABLE t (id int PRIMARY KEY, total int)",
      "ALTER TABLE t RENAME total TO amount", "public_v20260428000000 already"
    ),
  ])
  func `What the new shape cannot hold is refused with the reason`(
    setup: String, migration: String, reason: String
  ) async throws {
    guard try await TestDatabase.current.reads(setup) else { return }
    let rehearsal = try await Rehearsal(
      setup: setup
        + "; INSERT INTO t SELECT g, g FROM generate_series(1, 5) AS g".replacing(
          "g, g FROM", with: setup.contains(" a int") ? "g, g, g FROM" : "g, g FROM"),
      migration: migration + ";", settings: Self.settings, comparing: false)
    let error = await #expect(throws: EngineError.self) { _ = try await rehearsal.plan() }
    #expect(error?.category == .classification)
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    #expect(rehearsal.workspace.planFiles == [])
    try await rehearsal.dispose()
  }
}
