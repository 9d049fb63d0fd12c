import Foundation
import TestSupport
import Testing

/// From a database with a past and another tool's migrations to a finished plan.
@Suite("Adoption", .database)
struct AdoptionTests {
  /// A workspace without any file of this program.
  private func bench(_ setup: String) async throws -> ContractBench {
    let bench = try await ContractBench(setup: setup, migration: nil, settings: "")
    try bench.remove("Djogi.toml")
    try bench.remove("migrations")
    return bench
  }

  private static let rows = """
    \(LayoutProject.create)
    INSERT INTO item SELECT g, g FROM generate_series(1, 100) g;
    ANALYZE item;
    """

  @Test(arguments: LayoutProject.all)
  func `a project of each tool is begun, baselined, planned and finalized`(
    project: LayoutProject
  ) async throws {
    let bench = try await bench(Self.rows + project.table)
    for (name, text) in project.files { try bench.write(text, to: "\(project.folder)/\(name)") }

    // Nothing of the tool's past is run again before the baseline.
    let early = try await bench.run("plan")
    #expect(early.code == 1)
    #expect(early.next == "baseline", "\(early)")

    let begun = try await bench.run("--output", "json", "init")
    let found = try #require(begun.object("initialised"), "\(begun)")
    #expect(found["layout"] as? String == project.layout)
    #expect(found["folder"] as? String == project.folder)
    #expect(found["migrations"] as? Int == 3)
    #expect(found["foreign_applied"] as? Int == 1)
    #expect(found["next"] as? [String] == ["baseline", "plan"])
    let path = bench.folder + "/Djogi.toml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacing("record = \"own\"", with: "record = \"both\"")
    let settings = ContractBench.withoutProof(ContractBench.quick + "proof = true\n")
    try bench.write(text + settings, to: "Djogi.toml")

    let baselined = try await bench.run("--output", "json", "baseline")
    let marked = try #require(baselined.object("baselined"), "\(baselined)")
    #expect((marked["marked"] as? [String])?.count == 1)
    #expect((marked["pending"] as? [String])?.count == 2)
    let again = try await bench.run("--output", "json", "baseline")
    #expect((again.object("baselined")?["marked"] as? [String])?.isEmpty == true, "\(again)")
    #expect(try await bench.value("SELECT count(*) FROM item") == "100")

    let id = try await bench.plan()
    #expect(try await states(bench) == ["applied", "planned", "pending"])
    try await bench.drive(id, to: "finalizing")
    let end = try await bench.run("finalize", id, "--justify", "because")
    #expect(end.code == 0, "\(end)")
    #expect(
      try await bench.value(
        "SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 'item'::regclass AND attname = 'amount'"
      ) == "bigint")
    let rest = try await bench.run("apply", "--all")
    #expect(rest.code == 0, "\(rest)")
    #expect(try await states(bench) == ["applied", "applied", "applied"])
    #expect(try await bench.value(project.question) == project.answer)
    let last = try await bench.run("plan")
    #expect(last.output.hasPrefix("No migration is pending.\n"), "\(last)")
    try bench.dispose()
  }

  private func states(_ bench: ContractBench) async throws -> [String] {
    let answer = try await bench.run("--output", "json", "status")
    return answer.objects.filter { $0["event"] as? String == "migration" }
      .compactMap { $0["state"] as? String }
  }

  @Test func `a baseline that the database contradicts records nothing`() async throws {
    let bench = try await bench("CREATE TABLE one (id int)")
    for (number, name) in [(1, "one"), (2, "two"), (3, "three")] {
      try bench.write(
        "CREATE TABLE \(name) (id int);\n", to: "migrations/00\(number)_\(name).up.sql")
    }
    try bench.write(
      "CREATE TEMP TABLE gone (id int); ALTER TABLE one RENAME TO uno; ALTER TABLE uno RENAME TO one;",
      to: "migrations/004_more.up.sql")
    let unsaid = try await bench.run("baseline")
    #expect(unsaid.code == 1)
    #expect(unsaid.next == "baseline --through 004_more", "\(unsaid)")
    let refused = try await bench.run("baseline", "--through", "004_more")
    #expect(refused.code == 1)
    #expect(refused.errors.contains("002_two makes the table two\n"), "\(refused)")
    #expect(refused.errors.contains("003_three makes the table three\n"))
    #expect(!refused.errors.contains("gone") && !refused.errors.contains("makes the table one"))
    #expect(try await bench.value("SELECT to_regclass('djogi_schema_migrations')") == nil)
    #expect(try await bench.run("baseline", "--through", "9").code == 1)
    let first = try await bench.run("baseline", "--through", "1")
    #expect(first.output.contains("Marked 001_one as applied, through 001_one."), "\(first)")
    let forced = try await bench.run("baseline", "--through", "3", "--force", "--justify", "moved")
    #expect(forced.code == 0, "\(forced)")
    #expect(
      try await bench.value(
        "SELECT justification LIKE 'baseline by % through 003_three: moved' FROM djogi_schema_migrations WHERE version = '003_three'"
      ) == "t")
    try bench.dispose()
  }

  @Test func `a dirty table, one version twice and two layouts are named, nothing is recorded`()
    async throws
  {
    let bench = try await bench(
      """
      CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
      INSERT INTO schema_migrations VALUES (2, true);
      """)
    try bench.write("SELECT 1;", to: "migrations/001_a.up.sql")
    try bench.write("SELECT 1;", to: "migrations/002_b.up.sql")
    for command in ["baseline", "plan", "apply"] {
      let dirty = try await bench.run(command)
      #expect(dirty.code == 1)
      #expect(dirty.errors.contains("says that 2 got stuck half-way"), "\(command): \(dirty)")
    }
    try bench.write("SELECT 1;", to: "migrations/02_c.up.sql")
    let twice = try await bench.run("baseline", "--through", "1")
    #expect(twice.errors.contains("have the same version"), "\(twice)")
    try bench.remove("migrations/02_c.up.sql")
    try bench.write("SELECT 1;", to: "migrations/V1__x.sql")
    for command in ["init", "status"] {
      let both = try await bench.run(command)
      #expect(both.errors.contains("several layouts, flyway and golang-migrate"), "\(both)")
    }
    #expect(try await bench.value("SELECT to_regclass('djogi_schema_migrations')") == nil)
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/Djogi.toml"))
    try bench.dispose()
  }

  @Test func `two folders of Prisma may have one time`() async throws {
    let bench = try await bench("CREATE TABLE item (id int PRIMARY KEY);")
    try bench.write(
      "ALTER TABLE item ADD COLUMN a int;", to: "prisma/migrations/20260101000000_a/migration.sql")
    try bench.write(
      "ALTER TABLE item ADD COLUMN b int;", to: "prisma/migrations/20260101000000_b/migration.sql")
    #expect(try await bench.run("init").code == 0)
    let both = try await bench.run("plan", "20260101000000")
    #expect(
      both.errors.contains("names several migrations: 20260101000000_a, 20260101000000_b"),
      "\(both)")
    #expect(both.errors.contains(" plan 20260101000000_a\n"), "\(both)")
    for name in ["20260101000000_a", "20260101000000_b"] {
      #expect(try await bench.run("apply", name).code == 0)
    }
    #expect(
      try await bench.value(
        "SELECT string_agg(version, ' ' ORDER BY version) FROM djogi_schema_migrations WHERE success"
      ) == "20260101000000_a 20260101000000_b")
    try bench.dispose()
  }

  @Test func `a file is copied for its plan, and taken away when there is none`() async throws {
    let bench = try await bench(Self.rows)
    let quick = ContractBench.withoutProof(ContractBench.quick)
    try bench.write(quick, to: "Djogi.toml")
    try bench.write("ALTER TABLE item ALTER amount TYPE json;", to: "bad.sql")
    try bench.write(LayoutProject.widen, to: "db/changes/widen-it.sql")
    let bad = try await bench.run("plan", "bad.sql")
    #expect(bad.code == 2)
    #expect(bad.errors.contains("__bad.sql is taken away again"), "\(bad)")
    let dry = try await bench.run("plan", "db/changes/widen-it.sql", "--dry-run")
    #expect(dry.code == 0, "\(dry)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/migrations"))
    let planned = try await bench.run("plan", bench.folder + "/db/changes/widen-it.sql")
    #expect(planned.code == 0 && planned.output.contains("Planned"), "\(planned)")
    let files = try FileManager.default.contentsOfDirectory(
      atPath: bench.folder + "/migrations/main/_global_")
    #expect(files.count == 1)
    #expect(files[0].hasSuffix("__widen_it.sql"))
    for word in ["nosuch.sql", "db/changes"] {
      let missing = try await bench.run("apply", word)
      #expect(missing.code == 1)
      #expect(missing.errors.contains("cannot become a migration"), "\(missing)")
    }
    try bench.dispose()
  }

  @Test func `what was changed, lost or came late shows, and apply all stops at a plan`()
    async throws
  {
    let bench = try await ContractBench(
      setup: Self.rows, migration: nil, settings: ContractBench.quick)
    func path(_ number: Int, _ name: String) -> String {
      ContractBench.path("V2026010100000\(number)__\(name)")
    }
    for number in 2...4 {
      try bench.write("ALTER TABLE item ADD COLUMN n\(number) text;", to: path(number, "n"))
    }
    try bench.write(LayoutProject.widen, to: path(5, "widen"))
    try bench.write("ALTER TABLE item ADD COLUMN n6 text;", to: path(6, "n"))
    let all = try await bench.run("apply", "--all")
    #expect(all.code == 1)
    #expect(all.output.split(separator: "\n").count == 3, "\(all)")
    #expect(all.next == "plan V20260101000005__widen")
    try bench.write("-- another text", to: path(2, "n"))
    try bench.remove(path(3, "n"))
    try bench.write("ALTER TABLE item ADD COLUMN n1 text;", to: path(1, "n"))
    #expect(
      try await states(bench) == [
        "out_of_order", "changed", "missing", "applied", "pending", "pending",
      ])
    let stray = try await bench.run("plan", "--app", "nosuch")
    #expect(stray.code == 1)
    #expect(
      stray.errors.contains("no application nosuch in the workspace: it has _global_"), "\(stray)")
    #expect(try await bench.run("plan", "--app", "_global_", "--dry-run").code == 0)
    try bench.dispose()
  }

  @Test func `an empty file of another tool holds up nothing`() async throws {
    let bench = try await bench("")
    try bench.write("\n\n", to: "migrations/001_nothing.up.sql")
    try bench.write(LayoutProject.create, to: "migrations/002_create.up.sql")
    let applied = try await bench.run("apply", "--all")
    #expect(applied.code == 0, "\(applied)")
    #expect(try await bench.value("SELECT to_regclass('item')") == "item")
    try bench.dispose()
  }

  @Test func `no file with SQL is passed over in silence`() async throws {
    let bench = try await ContractBench(
      setup: "", migration: nil, settings: "[migrations]\nlayout = \"djogi\"\n")
    let strays = [
      "migrations/V1__x.sql", "migrations/main/V20260101000000__x.sql",
      "migrations/main/_global_/0001_x.up.sql", "migrations/20260101000000_x/migration.sql",
    ]
    for stray in strays { try bench.write("SELECT 1;", to: stray) }
    for command in ["plan", "apply", "status"] {
      let answer = try await bench.run(command)
      #expect(answer.code == 0, "\(answer)")
      for stray in strays { #expect(answer.output.contains("/\(stray): "), "\(answer)") }
    }
    try bench.dispose()
  }
}
