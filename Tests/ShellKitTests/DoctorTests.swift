import Foundation
import Postgres
import TestSupport
import Testing

/// What `doctor` says to roles of many rights and of few.
@Suite("Doctor", .database)
struct DoctorTests {
  private static let setup = """
    CREATE TABLE item (id serial PRIMARY KEY, n int);
    INSERT INTO item (n) SELECT g FROM generate_series(1, 100) g;
    SELECT setval('item_id_seq', 2000000000);
    CREATE SEQUENCE loose;
    CREATE TABLE part (item int, code smallint DEFAULT nextval('loose'), note text);
    INSERT INTO part SELECT 1900000000 + g, 1, 'n' || g FROM generate_series(1, 100) g;
    SELECT setval('loose', 30000);
    ANALYZE item, part;
    """

  private func findings(
    _ bench: ContractBench, environment: [String: String] = [:]
  ) async throws -> (code: Int32, bySubject: [String: [[String: Any]]]) {
    let answer = try await bench.run(["doctor", "--json"], environment: environment)
    let objects = answer.output.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    return (answer.code, Dictionary(grouping: objects) { $0["subject"] as? String ?? "" })
  }

  @Test func `a superuser lacks nothing, and learns what runs out`() async throws {
    let bench = try await ContractBench(setup: Self.setup, migration: nil, settings: "")
    try bench.remove("Djogi.toml")
    let (code, found) = try await findings(bench)
    #expect(code == 0)
    for subject in ["server", "role", "ledger", "schemas", "tables", "triggers", "statistics"] {
      #expect(found[subject]?.map { $0["level"] as? String } == ["fine"], "\(subject)")
    }
    let column = try #require(found["integers"]?.first)
    #expect(column["level"] as? String == "warning")
    #expect((column["finding"] as? String)?.contains("item.id (integer)") == true)
    #expect(
      column["help"] as? String
        == "plan a migration: ALTER TABLE item ALTER COLUMN id TYPE bigint")
    // By a sequence that no column owns, and by what the statistics say of a column that none serves.
    let others = found["integers"]?.dropFirst().compactMap { $0["finding"] as? String } ?? []
    for words in [
      "part.code (smallint) has used 92 percent", "part.item (integer) holds values up to 88",
    ] { #expect(others.contains { $0.hasPrefix(words) }, "\(others)") }
    let text = try await bench.run("doctor")
    #expect(text.output.contains("0 problems, "), "\(text)")
    try bench.dispose()
  }

  @Test func `a role of few rights is told each GRANT that it lacks`() async throws {
    let bench = try await ContractBench(setup: Self.setup, migration: nil, settings: "")
    try bench.remove("Djogi.toml")
    let role = try await bench.database.makeRole()
    let admin = try await bench.database.connect()
    try await admin.script(
      """
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      CREATE TABLE hidden (id int); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
      CREATE PUBLICATION news FOR TABLE item;
      """)
    await admin.close()
    let (code, found) = try await findings(bench, environment: ["PGUSER": role])
    #expect(code == 1)
    let name = "\"\(role)\""
    let helps: [(String, String)] = [
      ("ledger", "GRANT CREATE ON SCHEMA public TO "),
      ("schemas", "GRANT USAGE, CREATE ON SCHEMA public TO "),
      ("triggers", "GRANT SET ON PARAMETER session_replication_role TO "),
      ("statistics", "GRANT pg_read_all_stats TO "),
    ]
    for (subject, help) in helps {
      let given = found[subject]?.first?["help"] as? String
      #expect([help + role, help + name].contains(given), "\(subject): \(given ?? "nothing")")
    }
    let owned = found["tables"]?.first
    let tables = owned?["finding"] as? String
    #expect(tables?.contains("hidden, item, part") == true, "\(owned ?? [:])")
    #expect((owned?["help"] as? String)?.hasPrefix("GRANT ") == true)
    #expect(found["row_security"]?.first?["level"] as? String == "problem")
    #expect(found["publications"]?.first?["level"] as? String == "note")
    try bench.dispose()
  }
}
