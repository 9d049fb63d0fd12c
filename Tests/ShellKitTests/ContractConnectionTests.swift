import Foundation
import PrivateServer
import TestSupport
import Testing

/// Where the program connects to, and what it never tells.
@Suite("Contract: connections", .database)
struct ContractConnectionTests {
  private func connection(_ answer: Answer) -> [String: Any]? { answer.object("connection") }

  @Test
  func `The environment wins over the file, and libpq's variables come last`() async throws {
    let bench = try await ContractBench(setup: "")
    let name = bench.database.name
    let plain = try await bench.run("--output", "json", "conninfo")
    #expect(connection(plain)?["database"] as? String == name, "\(plain)")
    let other = bench.database.cluster.url(database: "template1")
    let variable = try await bench.run(
      "--output", "json", "conninfo", environment: ["DATABASE_URL": other])
    #expect(connection(variable)?["database"] as? String == "template1")
    try bench.write(
      "[database]\nurl = \"\(other)\"\ncrud_log_url = \"dbname=x\"\n", to: "Djogi.toml")
    let file = try await bench.run("--output", "json", "conninfo")
    #expect(connection(file)?["database"] as? String == "template1")
    let both = try await bench.run(
      "--output", "json", "conninfo", environment: ["DATABASE_URL": bench.database.url])
    #expect(connection(both)?["database"] as? String == name)
    let log = try await bench.run("--database", "crud_log", "conninfo")
    #expect(log.code == 1)
    #expect(log.errors.contains("dbname=x"), "\(log)")
    try bench.dispose()
  }

  @Test
  func `Only a session in a lost one's place is connected again`() async throws {
    let bench = try await ContractBench(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL);
        INSERT INTO t SELECT g, g FROM generate_series(1, 2000) g;
        ANALYZE t;
        """,
      settings: ContractBench.quick + "backfill_chunk_size = 50\n")
    let id = try await bench.plan()
    let run = try await bench.run(["run", id, "--workers", "3"] + ContractBench.permission)
    #expect(run.code == 0 && !run.errors.contains("connected again"), "\(run)")
    try bench.dispose()
  }

  @Test
  func `A service file leads to its database`() async throws {
    let bench = try await ContractBench(setup: "")
    let server = bench.database.cluster.server
    try bench.write(
      "[ours]\nhost=\(server.socketFolder)\ndbname=\(bench.database.name)\nuser=postgres\n",
      to: "services")
    let service = [
      "PGSERVICEFILE": bench.folder + "/services", "PGHOST": "", "PGDATABASE": "", "PGUSER": "",
      "PGPORT": "",
    ]
    let byVariable = try await bench.run(
      "--output", "json", "conninfo", environment: service.merging(["PGSERVICE": "ours"]) { $1 })
    #expect(connection(byVariable)?["database"] as? String == bench.database.name, "\(byVariable)")
    let byURL = try await bench.run(
      "--output", "json", "conninfo",
      environment: service.merging(["DATABASE_URL": "service=ours"]) { $1 })
    #expect(connection(byURL)?["database"] as? String == bench.database.name, "\(byURL)")
    let missing = try await bench.run(
      "conninfo", environment: service.merging(["PGSERVICE": "theirs"]) { $1 })
    #expect(missing.code == 1)
    #expect(missing.errors.contains("theirs"))
    try bench.dispose()
  }

  @Test
  func `A password is in no message`() async throws {
    let bench = try await ContractBench(setup: "")
    let folder = bench.database.cluster.server.socketFolder
    let places: [[String: String]] = [
      ["PGPASSWORD": "hunter2", "PGUSER": "nobody"],
      ["DATABASE_URL": "postgresql://nobody:hunter2@/x?host=\(folder)"],
      ["DATABASE_URL": "host=\(folder) user=nobody password=hunter2"],
      ["DATABASE_URL": "postgresql://nobody:hunter2@localhost:no/x"],
      ["DATABASE_URL": "nobody:hunter2@localhost"],
    ]
    for place in places {
      for format in ["text", "json"] {
        let answer = try await bench.run("--output", format, "list", environment: place)
        #expect(answer.code == 1, "\(answer)")
        #expect(!answer.errors.isEmpty && !"\(answer)".contains("hunter2"), "\(answer)")
      }
    }
    let connected = try await bench.run("conninfo", environment: ["PGPASSWORD": "hunter2"])
    #expect(connected.code == 0)
    #expect(!"\(connected)".contains("hunter2"))
    try bench.dispose()
  }
}
