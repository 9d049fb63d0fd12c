import Foundation
import PrivateServer
import TestSupport
import Testing

/// The examples of the README and of the manual run as they stand, one line after the other.
@Suite("Examples", .database, .timeLimit(.minutes(5)))
struct ExamplesTests {
  /// What a line needs to have happened before, that the page leaves to the reader.
  private static let before = [
    "djogi-shell finalize --keep": Self.toLastGate, "djogi-shell retire": Self.swap,
  ]
  private static let toLastGate = """
    djogi-shell run --approve validate --approve cutover-reads --approve cutover-writes \
    --allow-destructive --justify test
    """
  private static let swap = "djogi-shell finalize --keep 24h --justify test"

  /// The shell's lines between two marks of a text, the block that has `line` in it.
  private func block(_ text: String, from start: String, to end: String, with line: String) throws
    -> String
  {
    let blocks = text.components(separatedBy: "\n" + start + "\n").dropFirst().map { rest in
      rest.components(separatedBy: "\n" + end)[0]
    }
    return try #require(blocks.first { $0.contains(line) }, "\(line)")
  }

  private func readme(with line: String) throws -> String {
    let text = try String(contentsOfFile: Repository.root + "/README.md", encoding: .utf8)
    return try block(text, from: "```sh", to: "```", with: line)
  }

  private func manual(_ page: String, with line: String) throws -> String {
    let text = try Repository.manual(page).lines.joined(separator: "\n")
    return try block(text, from: ".Bd -literal -offset indent", to: ".Ed", with: line)
  }

  /// Runs a block in the workspace, as a shell does that stops at the first line that fails.
  private func run(_ block: String, in bench: ContractBench, id: String = "") async throws {
    var lines: [String] = []
    for line in block.split(separator: "\n").map(String.init) where !line.hasPrefix("export ") {
      for (start, needed) in Self.before where line.hasPrefix(start) { lines.append(needed) }
      lines.append(id.isEmpty ? line : line.replacing("7301", with: id))
    }
    let folder = (try ChildProcess.shell as NSString).deletingLastPathComponent
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let script = "set -e\ncd \(bench.folder)\n" + lines.joined(separator: "\n") + "\n"
    let outcome = try await ChildProcess.run(
      "/bin/sh", ["-c", script],
      environment: bench.environment.merging([
        "PATH": folder + ":" + path, "EDITOR": bench.folder + "/edit",
        "DATABASE_URL": bench.database.url,
      ]) { $1 })
    #expect(outcome.status == .exited(0), "\(script)\n\(outcome.output)\(outcome.errors)")
  }

  private func workspace() async throws -> ContractBench {
    // With a default for what does not fit the old shape again.
    let setup = ContractBench.table + "ALTER TABLE t ALTER COLUMN amount SET DEFAULT 0;"
    let bench = try await ContractBench(setup: setup, migration: nil)
    try bench.write(
      ContractBench.widening, to: ContractBench.path("V20260428000000__widen_amount"))
    return bench
  }

  @Test
  func `A project that another tool has migrated so far begins`() async throws {
    let project = try #require(LayoutProject.all.first)
    for text in [
      try readme(with: "djogi-shell baseline"),
      try manual("djogi-shell.1", with: "djogi-shell baseline"),
    ] {
      let bench = try await ContractBench(setup: "", migration: nil)
      try await bench.execute(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + LayoutProject.create + project.table
          + "INSERT INTO item SELECT g, g FROM generate_series(1, 300000) g; ANALYZE item;")
      try FileManager.default.removeItem(atPath: bench.folder)
      try FileManager.default.createDirectory(
        atPath: bench.folder, withIntermediateDirectories: true)
      for (name, file) in project.files where !name.hasPrefix("R__") {
        try bench.write(file, to: project.folder + "/" + name)
      }
      try await run(text, in: bench)
      #expect(try await bench.value("SELECT slug FROM djogi_live_plans") == "widen_item")
      try bench.dispose()
    }
  }

  @Test
  func `A schema file that is edited becomes a migration`() async throws {
    let bench = try await ContractBench(
      setup: "CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL);", migration: nil,
      settings: "[live]\nproof = true\n")
    try bench.write("#!/bin/sh\nsed -i 's/total integer/note text, &/' \"$1\"\n", to: "edit")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: bench.folder + "/edit")
    try await run(try readme(with: "djogi-shell diff"), in: bench)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: bench.folder + "/migrations/main/_global_")
    let migration = try #require(files.first { $0.hasSuffix("__add_note.sql") }, "\(files)")
    let text = try String(
      contentsOfFile: bench.folder + "/migrations/main/_global_/" + migration, encoding: .utf8)
    #expect(text.contains("ADD COLUMN note text"), "\(text)")
    try bench.dispose()
  }

  @Test
  func `The manual's schema file leads to the migration that it shows`() async throws {
    let bench = try await ContractBench(
      setup: """
        CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount int NOT NULL);
        """, migration: nil, settings: "[live]\nproof = true\n")
    let page = "djogi-schema.7"
    func session(with command: String) throws -> (words: [String], answer: String) {
      let lines = try manual(page, with: "$ " + command).split(
        separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return (
        lines[0].dropFirst("$ djogi-shell ".count).split(separator: " ").map(String.init),
        String(lines[1])
      )
    }
    func general(_ text: String) -> String {
      text.replacing(/V\d{14}__/, with: "V__").replacing(
        "djogi-shell --workspace \(bench.folder) ", with: "djogi-shell "
      ).replacing(bench.folder + "/", with: "")
    }
    let dump = try session(with: "djogi-shell dump")
    let dumped = try await bench.run(dump.words)
    #expect(general(dumped.output).hasPrefix(dump.answer), "\(dumped)")
    try bench.write(
      try manual(page, with: "note text") + "\n", to: "schema/main/_global_/orders.sql")
    let diff = try session(with: "djogi-shell diff")
    let written = try await bench.run(diff.words)
    #expect(written.code == 0, "\(written)")
    let output = general(written.output)
    for line in general(diff.answer).split(separator: "\n") {
      #expect(output.contains(line), "\(line)\n\(written)")
    }
    #expect(try await bench.run("apply", "--all").code == 0)
    try await run(try manual(page, with: "diff --check"), in: bench)
    try bench.dispose()
  }

  @Test
  func `The manual's configuration is one`() async throws {
    let bench = try await workspace()
    let text = try manual("Djogi.toml.5", with: "[database]")
    // The test's own server takes the place of the one that is not there.
    let url = try #require(text.firstMatch(of: /url = ".*"/)).output
    try bench.write(text.replacing(url, with: "") + "\n", to: "Djogi.toml")
    let tuned = try await bench.run("plan")
    #expect(tuned.code == 0, "\(tuned)")
    let shown = try await bench.run("tune", "widen_amount")
    #expect(
      shown.output.contains("throttle-query       SELECT count(*) > 80 FROM pg_stat_activity"),
      "\(shown)")
    try bench.dispose()
  }

  @Test
  func `The manual's line for programs names the gates`() async throws {
    let bench = try await workspace()
    try await run(
      "djogi-shell plan\n" + "djogi-shell run --allow-destructive --justify test", in: bench)
    try await run(
      try manual("djogi-json.5", with: "jq -r") + " | grep -qx 'widen_amount validate'", in: bench)
    try bench.dispose()
  }

  @Test
  func `A swap is taken back, and made again for good`() async throws {
    let bench = try await workspace()
    try await run(try readme(with: "djogi-shell rollback"), in: bench)
    #expect(
      try await bench.value("SELECT string_agg(status, ' ') FROM djogi_live_plans") == "complete")
    try bench.dispose()
  }

  @Test
  func `A script drives a plan to its end`() async throws {
    let bench = try await workspace()
    try await run(try readme(with: "watch widen_amount"), in: bench)
    #expect(
      try await bench.value("SELECT string_agg(status, ' ') FROM djogi_live_plans") == "complete")
    try bench.dispose()
  }

  @Test
  func `The manual's script reaches the first gate`() async throws {
    let bench = try await workspace()
    let block = try manual("djogi-shell.1", with: "djogi-shell watch 7301")
    let lines = block.split(separator: "\n")
    try await run(String(lines[0]), in: bench)
    let id = try #require(try await bench.value("SELECT plan_id FROM djogi_live_plans"))
    try await run(lines.dropFirst().joined(separator: "\n"), in: bench, id: id)
    #expect(try await bench.status(of: id) == "validating")
    try bench.dispose()
  }

  @Test
  func `The manual's worked example is driven to its end`() async throws {
    let bench = try await ContractBench(
      setup: """
        CREATE TABLE ledger_entry (id int PRIMARY KEY, amount int NOT NULL);
        INSERT INTO ledger_entry SELECT g, g FROM generate_series(1, 100) g;
        ANALYZE ledger_entry;
        """, migration: nil)
    let page = "djogi-live-migrations.7"
    let file = try manual(page, with: "V20260428000000__widen_amount.sql").split(separator: "\n")
    try bench.write(
      String(file[1]) + "\n", to: String(file[0].dropFirst("-- ".count)))
    let prompt = "djogi main@localhost/app> "
    let lines = try manual(page, with: prompt + "plan").replacing(prompt, with: "")
      .replacing("\\e\n", with: "\\\n").split(separator: "\n", maxSplits: 1)
    #expect(try await bench.run(input: lines[0] + "\n").code == 0)
    let id = try #require(try await bench.value("SELECT plan_id FROM djogi_live_plans"))
    let answer = try await bench.run(input: lines[1].replacing("7301", with: id) + "\n")
    #expect(answer.code == 0, "\(answer)")
    #expect(try await bench.status(of: id) == "complete")
    try bench.dispose()
  }

  @Test(arguments: ["--format github", "--format gitlab"])
  func `Continuous integration lints what a branch has changed`(format: String) async throws {
    let bench = try await workspace()
    let block = try manual("djogi-shell.1", with: format)
    let start = try #require(block.range(of: "djogi-shell lint"))
    let command = block[start.lowerBound...].components(separatedBy: "\n  artifacts")[0]
      .split(separator: "\n").joined(separator: " ")
    let git = "git -c user.name=x -c user.email=x@example.org"
    let script = """
      export CI_MERGE_REQUEST_DIFF_BASE_SHA=origin/main
      git init -q . && git add Djogi.toml && \(git) commit -qm one
      git update-ref refs/remotes/origin/main HEAD
      git add . && \(git) commit -qm two
      """
    // Of what is exported the test takes out only the database.
    try await run(script.replacing("export ", with: "") + "\n" + command, in: bench)
    try bench.dispose()
  }
}
