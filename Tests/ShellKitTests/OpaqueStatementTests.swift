import TestSupport
import Testing

/// Statements that nothing can look into, for which a comment vouches.
@Suite("Opaque statements", .database)
struct OpaqueStatementTests {
  private static let block =
    "DO $$ BEGIN EXECUTE 'CREATE TABLE made (id int)'; PERFORM pg_sleep(0); END $$;\n"
  private static let all = [
    "apply", "--allow-destructive", "--allow-raw-dangerous", "--justify", "because",
  ]

  @Test func `without a comment it is refused, with one it needs both permissions`() async throws {
    let bench = try await ContractBench(migration: Self.block)
    #expect(try await bench.run(Self.all).code == 2)
    try bench.write("-- djogi:opaque\n" + Self.block, to: ContractBench.path(ContractBench.version))
    #expect(try await bench.run(Self.all).code == 2, "a reason is part of it")
    let text = "-- djogi:opaque it makes a table\n" + Self.block
    try bench.write(text, to: ContractBench.path(ContractBench.version))
    let early = try await bench.run("apply", "--allow-destructive", "--justify", "because")
    #expect(early.code == 1)
    #expect(early.errors.contains("it makes a table"), "\(early)")
    #expect(early.next?.contains("--allow-raw-dangerous") == true, "\(early)")
    #expect(try await bench.run("apply", "--allow-raw-dangerous").code == 1)
    #expect(try await bench.value("SELECT to_regclass('made') IS NULL") == "t")
    let end = try await bench.run(Self.all)
    #expect(end.code == 0, "\(end)")
    #expect(try await bench.value("SELECT to_regclass('made') IS NULL") == "f")
    try bench.dispose()
  }

  @Test func `it ends when its time is spent, and nothing of it stays`() async throws {
    let text =
      "-- djogi:opaque it takes long\nDO $$ BEGIN EXECUTE 'CREATE TABLE made (id int)'; PERFORM pg_sleep(60); END $$;"
    let bench = try await ContractBench(
      migration: text, settings: ContractBench.quick + "swap_budget_ms = 300\n")
    let answer = try await bench.run(Self.all)
    #expect(answer.code == 1, "\(answer)")
    #expect(try await bench.value("SELECT to_regclass('made') IS NULL") == "t")
    try bench.dispose()
  }

  @Test func `a plan never holds it`() async throws {
    let bench = try await ContractBench(
      migration: ContractBench.widening + "-- djogi:opaque it makes a table\n" + Self.block)
    let answer = try await bench.run("plan")
    #expect(answer.code == 2)
    #expect(answer.errors.contains("put it into a migration of its own"), "\(answer)")
    try bench.dispose()
  }
}
