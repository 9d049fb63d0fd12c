import Foundation
import LiveMigration
import Postgres
import PrivateServer
import TestSupport
import Testing

/// A role without privileges owns a table and lies in wait in its definition for a superuser.
@Suite("Code of other roles", .database)
struct ForeignCodeTests {
  /// Where the role hides its function, and what the operator meets.
  struct Place: Sendable, CustomTestStringConvertible {
    var name: String
    var sql: String
    /// Whether no command of a plan runs it, so that nothing needs to be refused.
    var isHarmless = false
    var testDescription: String { name }
  }

  static let places = [
    Place(name: "check", sql: "ALTER TABLE mal.m ADD CHECK (mal.evil(x) = x)"),
    Place(
      name: "check of a constant", sql: "ALTER TABLE mal.m ADD CHECK (mal.evil(1) = 1) NOT VALID"),
    Place(name: "index", sql: "CREATE INDEX i ON mal.m (mal.evil(x))"),
    Place(name: "index of a constant", sql: "CREATE INDEX i ON mal.m ((mal.evil(1)))"),
    Place(name: "predicate", sql: "CREATE INDEX i ON mal.m (id) WHERE mal.evil(1) = 1"),
    Place(name: "statistics", sql: "CREATE STATISTICS mal.s ON (mal.evil(1)), x FROM mal.m"),
    Place(
      name: "generated column",
      sql: "ALTER TABLE mal.m ADD g int GENERATED ALWAYS AS (mal.evil(x)) STORED"),
    Place(
      name: "trigger that always fires",
      sql: """
        CREATE TRIGGER z BEFORE UPDATE ON mal.m FOR EACH ROW EXECUTE FUNCTION mal.evil_trigger();
        ALTER TABLE mal.m ENABLE ALWAYS TRIGGER z
        """),
    Place(name: "rule", sql: "CREATE RULE r AS ON UPDATE TO mal.m DO ALSO SELECT mal.evil(1)"),
    Place(
      name: "check of a domain",
      sql: """
        CREATE DOMAIN mal.d AS int CHECK (mal.evil(value) = value);
        ALTER TABLE mal.m ALTER x TYPE mal.d
        """),
    Place(
      name: "domain in a composite type",
      sql: """
        CREATE DOMAIN mal.d AS int CHECK (mal.evil(value) = value);
        CREATE TYPE mal.pair AS (a mal.d); ALTER TABLE mal.m ADD c mal.pair[]
        """),
    Place(
      name: "operator",
      sql: """
        CREATE OPERATOR mal.## (RIGHTARG = int, FUNCTION = mal.evil);
        ALTER TABLE mal.m ADD CHECK ((OPERATOR(mal.##) x) = x)
        """),
    Place(
      name: "server's function that runs what it is given",
      sql:
        "ALTER TABLE mal.m ADD CHECK (query_to_xml('SELECT mal.evil(1)', true, true, '') IS NOT NULL)"
    ),
    Place(
      name: "table that references it",
      sql: """
        CREATE TABLE mal.child (id int REFERENCES mal.m (id));
        CREATE UNIQUE INDEX ON mal.child ((mal.evil(1)), id)
        """),
    Place(
      name: "default", sql: "ALTER TABLE mal.m ALTER x SET DEFAULT mal.evil(3)", isHarmless: true),
    Place(
      name: "ordinary trigger",
      sql:
        "CREATE TRIGGER z BEFORE UPDATE ON mal.m FOR EACH ROW EXECUTE FUNCTION mal.evil_trigger()",
      isHarmless: true),
    Place(
      name: "policy",
      sql: """
        ALTER TABLE mal.m ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON mal.m USING (mal.evil(x) = x)
        """, isHarmless: true),
  ]

  /// The function leaves a file beside the server's own, which no rollback takes back.
  private static func setup(mallory: String) -> String {
    """
    CREATE SCHEMA mal AUTHORIZATION \(mallory);
    SET ROLE \(mallory);
    CREATE FUNCTION mal.evil(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        EXECUTE pg_catalog.format('COPY (SELECT 1) TO %L',
          pg_catalog.current_setting('data_directory') || '/caught_\(mallory)');
      END IF;
      RETURN $1;
    END $$;
    CREATE FUNCTION mal.evil_trigger() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM mal.evil(1); RETURN NEW; END $$;
    CREATE TABLE mal.m (id int PRIMARY KEY, amount int, x int);
    RESET ROLE;
    INSERT INTO mal.m SELECT g, g, g FROM generate_series(1, 300) g;
    ANALYZE mal.m;
    """
  }

  private static let migration = "ALTER TABLE mal.m ALTER amount TYPE bigint"

  private static func engine(_ rehearsal: Rehearsal) -> LiveEngine {
    var settings = Rehearsal.quick
    settings.swapBudget = .seconds(30)
    let database = rehearsal.database
    let means = ProofMeans(
      sameServer: { try await database.cluster.connect(database: $0 ?? database.name) },
      startsServers: false)
    return LiveEngine(
      workspace: Workspace(folder: rehearsal.folder), database: .main, settings: settings, node: 1,
      proofMeans: means, connect: { try await database.connect(applicationName: "rehearsal") })
  }

  private static func run(_ sql: String, as role: String) async throws {
    let session = try await TestDatabase.current.connect(user: role)
    do {
      try await session.script(sql)
    } catch {
      await session.close()
      throw error
    }
    await session.close()
  }

  private static func wasCaught(_ mallory: String, _ engine: LiveEngine) async throws -> Bool {
    try await engine.connection().query(
      "SELECT count(*) > 0 FROM pg_ls_dir('.') AS f WHERE f = \("caught_" + mallory)"
    ).only().decode(0)
  }

  private static func expectRefusal(_ body: () async throws -> Void) async {
    let error = await #expect(throws: EngineError.self) { try await body() }
    guard case .missingPrivilege(let text) = error else {
      Issue.record("refused for another reason: \(String(describing: error))")
      return
    }
    #expect(
      text.contains("code that other roles can change") && text.contains("evil")
        || text.contains("query_to_xml"))
  }

  @Test(arguments: places)
  func `A superuser's plan is refused, or runs nothing of it`(place: Place) async throws {
    let database = try TestDatabase.current
    let mallory = try await database.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(mallory: mallory), migration: Self.migration, comparing: false)
    try await Self.run(place.sql, as: mallory)
    let engine = Self.engine(rehearsal)
    #expect(try await !Self.wasCaught(mallory, engine))
    if place.isHarmless {
      guard
        case .planned(let file, _, _, let proof) = try await engine.plan(
          version: nil, app: nil, dryRun: false
        ).first
      else {
        Issue.record("no plan was made")
        return
      }
      #expect(place.name != "ordinary trigger" || proof.word == "not_proved")
      let id = file.plan.header.planID
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
      _ = try await engine.finalize(id, justification: "test") { _ in }
    } else {
      await Self.expectRefusal {
        _ = try await engine.plan(version: nil, app: nil, dryRun: true)
      }
      await Self.expectRefusal {
        _ = try await engine.plan(version: nil, app: nil, dryRun: false)
      }
      await Self.expectRefusal {
        _ = try await engine.lint(text: Self.migration, file: "x.sql", useServer: true)
      }
      await Self.expectRefusal {
        _ = try await engine.apply(
          version: nil, app: nil, allowDestructive: true, justification: "test")
      }
      await Self.expectRefusal { _ = try await engine.dumpSchema(app: nil) }
    }
    _ = try await engine.examine()
    #expect(try await !Self.wasCaught(mallory, engine))
    await engine.disconnect()
  }

  @Test(arguments: places.filter { !$0.isHarmless && $0.name != "check of a domain" })
  func `What comes while a plan is under way stops it`(place: Place) async throws {
    let database = try TestDatabase.current
    let mallory = try await database.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(mallory: mallory), migration: Self.migration, comparing: false)
    let engine = Self.engine(rehearsal)
    let id = try await rehearsal.plan()
    try await Self.run(place.sql, as: mallory)
    await Self.expectRefusal {
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    // What takes the plan back changes no row.
    _ = try await engine.revert(id, justification: "test") { _ in }
    #expect(try await !Self.wasCaught(mallory, engine))
    await engine.disconnect()
  }

  @Test func `What comes before the swap stops it, and goes again`() async throws {
    let database = try TestDatabase.current
    let mallory = try await database.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(mallory: mallory), migration: Self.migration, comparing: false)
    let engine = Self.engine(rehearsal)
    let id = try await rehearsal.plan()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    try await Self.run("CREATE INDEX i ON mal.m ((mal.evil(1)))", as: mallory)
    await Self.expectRefusal { _ = try await engine.finalize(id, justification: "test") { _ in } }
    #expect(try await !Self.wasCaught(mallory, engine))
    try await Self.run("DROP INDEX mal.i", as: mallory)
    let end = try await engine.finalize(id, justification: "test") { _ in }
    #expect(end.status == .complete)
    #expect(try await !Self.wasCaught(mallory, engine))
    await engine.disconnect()
  }

  @Test func `Functions in front of the server's own are not called`() async throws {
    let database = try TestDatabase.current
    let mallory = try await database.makeRole()
    let setup =
      Self.setup(mallory: mallory)
        + """
        GRANT CREATE ON SCHEMA public TO \(mallory);
        SET ROLE \(mallory);
        CREATE FUNCTION public.unnest(text[]) RETURNS SETOF text LANGUAGE plpgsql AS
          $$ BEGIN PERFORM mal.evil(1); RETURN QUERY SELECT pg_catalog.unnest($1); END $$;
        CREATE FUNCTION public.unnest(bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql AS
          $$ BEGIN PERFORM mal.evil(1); RETURN QUERY SELECT pg_catalog.unnest($1); END $$;
        CREATE FUNCTION public.format(text, regprocedure, text) RETURNS text LANGUAGE plpgsql AS
          $$ BEGIN PERFORM mal.evil(1); RETURN ''; END $$;
        CREATE FUNCTION public.format(text, name, name) RETURNS text LANGUAGE plpgsql AS
          $$ BEGIN PERFORM mal.evil(1); RETURN ''; END $$;
        CREATE FUNCTION public.replace(name, text, text) RETURNS text LANGUAGE plpgsql AS
          $$ BEGIN PERFORM mal.evil(1); RETURN $1; END $$;
        CREATE FUNCTION public.collect(oid[], oid) RETURNS oid[] LANGUAGE plpgsql AS
          $$ BEGIN PERFORM mal.evil(1); RETURN $1 || $2; END $$;
        CREATE AGGREGATE public.array_agg(oid) (SFUNC = public.collect, STYPE = oid[], INITCOND = '{}');
        RESET ROLE;
        CREATE TABLE own (id int PRIMARY KEY, amount int, x int);
        INSERT INTO own SELECT g, g, g FROM generate_series(1, 300) g;
        CREATE FUNCTION twice(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1::bigint * 2';
        """
    let migration = """
      ALTER TABLE own ALTER amount TYPE bigint USING twice(amount);
      UPDATE own SET x = x + 1;
      """
    let rehearsal = try await Rehearsal(setup: setup, migration: migration, comparing: false)
    let engine = Self.engine(rehearsal)
    _ = try await engine.lint(text: migration, file: "x.sql", useServer: true)
    guard
      case .planned(let file, _, _, _) = try await engine.plan(
        version: nil, app: nil, dryRun: false
      ).first
    else {
      Issue.record("no plan was made")
      return
    }
    #expect(try await rehearsal.drive(file.plan.header.planID).status == .complete)
    #expect(try await !Self.wasCaught(mallory, engine))
    await engine.disconnect()
  }

  @Test func `A path that puts schemas in front of the server's own is refused`() async throws {
    let database = try TestDatabase.current
    let mallory = try await database.makeRole()
    let rehearsal = try await Rehearsal(
      setup: Self.setup(mallory: mallory) + """
        CREATE TABLE own (id int PRIMARY KEY, amount int);
        INSERT INTO own SELECT g, g FROM generate_series(1, 300) g;
        SET ROLE \(mallory);
        CREATE FUNCTION mal.same(text, text) RETURNS boolean LANGUAGE plpgsql AS
          $$ BEGIN PERFORM mal.evil(1); RETURN true; END $$;
        CREATE OPERATOR mal.= (FUNCTION = mal.same, LEFTARG = text, RIGHTARG = text);
        RESET ROLE;
        """, migration: "ALTER TABLE own ALTER amount TYPE bigint", comparing: false)
    let id = try await rehearsal.plan()
    // The owner of a database sets that, and need not be a superuser.
    let admin = try await database.connect()
    try await admin.script(
      "ALTER DATABASE \(Quoting.identifier(database.name)) SET search_path = mal, public, pg_catalog"
    )
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    guard case .catalogueShadowed(["mal", "public"]) = error else { throw try #require(error) }
    #expect(error?.next == NextStep(.freeSearchPath))
    try await admin.script("ALTER DATABASE \(Quoting.identifier(database.name)) RESET search_path")
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await !Self.wasCaught(mallory, rehearsal.engine()))
    await admin.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test func `The owner itself is refused nothing`() async throws {
    let database = try TestDatabase.current
    let mallory = try await database.makeRole()
    let setup =
      Self.setup(mallory: mallory) + "GRANT CREATE ON SCHEMA public TO \(mallory);"
      + "SET ROLE \(mallory);"
      + Self.places.filter { !$0.isHarmless && $0.name != "rule" && $0.name != "predicate" }
      .filter { !$0.sql.contains("DOMAIN") && !$0.name.contains("of a constant") }
      .map(\.sql).joined(separator: ";") + "; RESET ROLE"
    let rehearsal = try await Rehearsal(
      setup: setup, migration: Self.migration, user: mallory, comparing: false)
    let id = try await rehearsal.plan()
    #expect(try await rehearsal.drive(id).status == .complete)
  }
}
