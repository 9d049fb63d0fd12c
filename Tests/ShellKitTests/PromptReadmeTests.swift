import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// The session that the README shows is one that the program has had: `DJOGI_RECORD=1` writes it anew.
@Suite("The session of the README", .database, .timeLimit(.minutes(5)))
struct PromptReadmeTests {
  private static let start = "<!-- A session, recorded by a test. -->\n```\n"
  private static let end = "```\n"

  private static let setup = """
    CREATE TABLE orders (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total integer NOT NULL CHECK (total >= 0),
      note text);
    INSERT INTO orders (total, note) SELECT g, 'n' FROM generate_series(1, 100000) AS g;
    CREATE INDEX orders_total ON orders (total);
    ANALYZE orders;
    """

  private static let migration = "ALTER TABLE orders ALTER COLUMN total TYPE bigint;\n"

  private func session() async throws -> String {
    let database = try TestDatabase.current
    let bench = try await ContractBench(
      setup: "", migration: nil, settings: "[live]\nproof = true\n")
    // A name of always the same length, so that lines break where they did.
    let admin = try await database.connect()
    _ = try await admin.execute("CREATE DATABASE shop")
    let url = database.url.replacing(database.name, with: "shop")
    let connection = try await PostgresConnection.connect(ConnectionConfiguration(url))
    try await connection.script(Self.setup)
    await connection.close()
    try bench.write(Self.migration, to: ContractBench.path("V20260428000000__widen_total"))
    let planned = try await bench.run("plan", environment: ["DATABASE_URL": url])
    #expect(planned.code == 0, "\(planned)")
    let home = bench.folder + "/home"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let terminal = try PseudoTerminal.run(
      try ChildProcess.shell, [],
      environment: [
        "HOME": home, "LC_ALL": "C.UTF-8", "DJOGI_PAGER": "", "NO_COLOR": "1",
        "DATABASE_URL": url,
      ], directory: bench.folder, columns: 100, rows: 200)
    let lines = [
      ("run --allow-destructive --justify SHOP-7", "Next: run"),
      ("list", "1 plan"),
      (
        "run --approve validate --approve cutover-reads --approve cutover-writes "
          + "--allow-destructive --justify SHOP-7", "Next: finalize"
      ),
      ("finalize --justify SHOP-7", "is complete"),
    ]
    for (line, answer) in lines {
      try await prompt(terminal)
      let before = terminal.text.ranges(of: answer).count
      terminal.send(line + "\r")
      try await terminal.wait(answer) { $0.text.ranges(of: answer).count > before }
    }
    try await prompt(terminal)
    // Without the greeting, and the prompt that waits.
    let shown = terminal.text.split(separator: "\n", omittingEmptySubsequences: false)
      .dropFirst().map(String.init)
    let end = shown.lastIndex { $0.hasPrefix("djogi ") } ?? shown.endIndex
    terminal.send("quit\r")
    #expect(try await terminal.exitStatus() == .exited(0))
    _ = try await admin.execute("DROP DATABASE shop WITH (FORCE)")
    await admin.close()
    try bench.dispose()
    // Other tests work on the same server meanwhile, and a backfill says which of their snapshots it minds.
    let remarks = ["keeps a snapshot open", "strides again", "one pass over each window"]
    return shown[..<end].filter { line in !remarks.contains { line.contains($0) } }
      .joined(separator: "\n") + "\n"
  }

  private func prompt(_ terminal: PseudoTerminal) async throws {
    try await terminal.wait("a prompt") { terminal in
      let line = terminal.lines[terminal.cursor.row]
      return line.hasPrefix("djogi ") && line.hasSuffix(">")
    }
  }

  /// The text without what differs from run to run: numbers of plans, and how long something took.
  private func steady(_ text: String) -> String {
    text.replacing(/\d{15,}/, with: "ID").replacing(/…\d{4,}/, with: "…ID")
      .replacing(/\d+(?:\.\d+)? (?:ms|s)\b/, with: "TIME").replacing(/\s+(?=TIME)/, with: " ")
  }

  @Test
  func `The README shows what the program shows`() async throws {
    let path = Repository.root + "/README.md"
    var readme = try String(contentsOfFile: path, encoding: .utf8)
    let begin = try #require(readme.range(of: Self.start)).upperBound
    let end = try #require(readme[begin...].range(of: Self.end)).lowerBound
    let session = try await session()
    if Fixtures.isRecording {
      readme.replaceSubrange(begin..<end, with: session)
      try readme.write(toFile: path, atomically: true, encoding: .utf8)
    } else {
      let lines = steady(session).split(separator: "\n")
      let shown = steady(String(readme[begin..<end])).split(separator: "\n")
      #expect(lines.difference(from: shown).map(String.init(describing:)) == [])
    }
  }
}
