import Foundation
import Glibc
import Postgres
import PrivateServer
import TestSupport
import Testing

/// A standard error that is not read: a full pipe, a stopped pager, a terminal after Ctrl-S.
@Suite("A reader that does not read", .database)
struct StuckReaderTests {
  /// The program with a standard error that is full from the start.
  private final class Stuck {
    private let process = Process()
    private let errors = Pipe()
    private let output = Pipe()

    init(_ bench: ContractBench, _ words: [String]) throws {
      let end = errors.fileHandleForWriting.fileDescriptor
      #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0)
      let filling = [UInt8](repeating: UInt8(ascii: "."), count: 4096)
      while write(end, filling, filling.count) > 0 {}
      #expect(fcntl(end, F_SETFL, 0) == 0)
      process.executableURL = URL(fileURLWithPath: try ChildProcess.shell)
      process.arguments = ["--workspace", bench.folder] + words
      process.environment = ProcessInfo.processInfo.environment.merging(bench.environment) { $1 }
      process.standardError = errors
      process.standardOutput = output
      process.standardInput = FileHandle.nullDevice
      try process.run()
      try errors.fileHandleForWriting.close()
      try output.fileHandleForWriting.close()
    }

    var isRunning: Bool { process.isRunning }

    func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Reads again, to the end.
    func finish() throws -> (code: Int32, output: String, errors: String) {
      let errors = try errors.fileHandleForReading.readToEnd() ?? Data()
      let output = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (
        process.terminationStatus, String(decoding: output, as: UTF8.self),
        String(decoding: errors, as: UTF8.self).trimmingCharacters(in: ["."])
      )
    }
  }

  private static let many = """
    CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL, note text);
    INSERT INTO t SELECT g, g, repeat('n', 100) FROM generate_series(1, 50000) g;
    ANALYZE t;
    """

  /// Another client's change of the table goes through, however long the program is stuck.
  private func expectFreeTable(_ bench: ContractBench) async throws {
    let client = try await bench.database.connect(applicationName: "client")
    try await client.script(
      """
      SET lock_timeout = '500ms';
      ALTER TABLE t ADD COLUMN z int; ALTER TABLE t DROP COLUMN z
      """)
    let open: Int = try await client.query(
      """
      SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'djogi-shell' AND state LIKE 'idle in transaction%'
      """
    ).only().decode(0)
    #expect(open == 0)
    await client.close()
  }

  private func waitFor(_ status: String, _ id: String, _ bench: ContractBench) async throws {
    for _ in 0..<600 where try await bench.status(of: id) != status {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try await bench.status(of: id) == status)
  }

  @Test
  func `A backfill goes on to its gate, and all is told in order when it is read again`()
    async throws
  {
    let bench = try await ContractBench(setup: Self.many)
    let id = try await bench.plan()
    let stuck = try Stuck(bench, ["run", id] + ContractBench.permission)
    try await waitFor("validating", id, bench)
    try await expectFreeTable(bench)
    #expect(stuck.isRunning)
    let answer = try stuck.finish()
    #expect(answer.code == 0)
    #expect(answer.output.contains("waits at the gate validate"))
    var rest = answer.errors[...]
    for line in [
      "step 1 of 7", "step 2 of 7", "fill public.t", "step 3 of 7", "the gate validate is reached",
    ] {
      let place = try #require(rest.range(of: line), "\(line): \(answer.errors)")
      rest = rest[place.upperBound...]
    }
    try bench.dispose()
  }

  @Test
  func `A gate holds no lock, and passes`() async throws {
    let bench = try await ContractBench(setup: Self.many)
    let id = try await bench.plan()
    try await bench.drive(id, to: "validating")
    let stuck = try Stuck(
      bench, ["run", id, "--approve", "validate"] + ContractBench.permission)
    try await waitFor("cutover", id, bench)
    try await expectFreeTable(bench)
    let answer = try stuck.finish()
    #expect(answer.code == 0)
    #expect(answer.errors.contains("the gate cutover-reads is reached"), "\(answer.errors)")
    try bench.dispose()
  }

  @Test
  func `Signals end a program whose messages are not read`() async throws {
    let bench = try await ContractBench(setup: Self.many)
    let id = try await bench.plan()
    let stuck = try Stuck(bench, ["run", id] + ContractBench.permission)
    try await waitFor("validating", id, bench)
    stuck.signal(SIGTERM)
    for _ in 0..<600 where stuck.isRunning { try await Task.sleep(for: .milliseconds(50)) }
    #expect(!stuck.isRunning)
    #expect(try stuck.finish().code == 143)
    try bench.dispose()
  }

  @Test
  func `Notices of the server keep no transaction open`() async throws {
    let bench = try await ContractBench(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL);
        INSERT INTO t SELECT g, g FROM generate_series(1, 2000) g;
        CREATE FUNCTION loud(value int) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$
          BEGIN RAISE NOTICE 'value %', value; RETURN value; END $$;
        ANALYZE t;
        """,
      migration: "ALTER TABLE t ALTER COLUMN amount TYPE bigint USING loud(amount);\n")
    let id = try await bench.plan()
    let stuck = try Stuck(bench, ["run", id] + ContractBench.permission)
    try await waitFor("validating", id, bench)
    try await expectFreeTable(bench)
    let answer = try stuck.finish()
    #expect(answer.code == 0)
    #expect(answer.errors.contains("value 7"), "\(answer.errors.suffix(500))")
    try bench.dispose()
  }
}
