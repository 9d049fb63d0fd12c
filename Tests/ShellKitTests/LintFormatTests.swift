import Foundation
import PrivateServer
import TestSupport
import Testing

/// What `lint` writes for forges, which files it reads, and when it fails; none of it asks a server.
@Suite("Lint for continuous integration", .database)
struct LintFormatTests {
  private static let migration = """
    CREATE TABLE fresh (id int);
    ALTER TABLE t DROP COLUMN "a,b";
    VACUUM FULL t;
    """

  private func bench() async throws -> ContractBench {
    let bench = try await ContractBench(setup: "", migration: nil, settings: "")
    try bench.write(Self.migration, to: "one.sql")
    try bench.write("CREATE TABLE fresh (id int);\n", to: "fine & good.sql")
    return bench
  }

  /// Runs `lint` in the workspace's folder, as a forge would.
  private func lint(_ bench: ContractBench, _ words: String...) async throws -> Answer {
    try await bench.runInside(["lint"] + words)
  }

  @Test func `each finding is a workflow command of GitHub`() async throws {
    let bench = try await bench()
    let answer = try await lint(bench, "--format", "github", "one.sql")
    #expect(answer.code == 2)
    let lines = answer.output.split(separator: "\n")
    #expect(
      lines.contains { $0.hasPrefix("::warning file=one.sql,line=2,col=1,title=drop-column::") })
    #expect(
      lines.contains { $0.hasPrefix("::error file=one.sql,line=3,col=1,title=vacuum-full::") })
    #expect(lines.allSatisfy { $0.hasPrefix("::") }, "\(answer)")
    try bench.dispose()
  }

  @Test func `GitLab gets a code quality report whose fingerprints survive a shift`() async throws {
    let bench = try await bench()
    let before = try await report(bench)
    try bench.write("-- a line above\n\n" + Self.migration, to: "one.sql")
    let after = try await report(bench)
    #expect(before.count == 2)
    #expect(before.compactMap { $0["severity"] as? String } == ["major", "critical"])
    #expect(
      before.compactMap { $0["fingerprint"] as? String }
        == after.compactMap { $0["fingerprint"] as? String })
    let lines = after.compactMap { finding in
      ((finding["location"] as? [String: Any])?["lines"] as? [String: Any])?["begin"] as? Int
    }
    #expect(lines == [4, 5])
    try bench.dispose()
  }

  private func report(_ bench: ContractBench) async throws -> [[String: Any]] {
    let answer = try await lint(bench, "--format", "gitlab", "one.sql")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [[String: Any]],
      "\(answer)")
  }

  @Test func `SARIF names each rule that it uses, and where`() async throws {
    let bench = try await bench()
    let answer = try await lint(bench, "--format", "sarif", "one.sql", "fine & good.sql")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    #expect(document["version"] as? String == "2.1.0")
    let run = try #require((document["runs"] as? [[String: Any]])?.first)
    let driver = (run["tool"] as? [String: Any])?["driver"] as? [String: Any]
    let rules = (driver?["rules"] as? [[String: Any]])?.compactMap { $0["id"] as? String }
    let results = run["results"] as? [[String: Any]] ?? []
    #expect(Set(rules ?? []) == Set(results.compactMap { $0["ruleId"] as? String }))
    #expect(rules == ["drop-column", "vacuum-full"])
    #expect(results.compactMap { $0["level"] as? String } == ["warning", "error"])
    try bench.dispose()
  }

  @Test func `JUnit has a suite a file, and a failure for what is refused alone`() async throws {
    let bench = try await bench()
    let answer = try await lint(bench, "--format", "junit", "one.sql", "fine & good.sql")
    let expected = """
      <testsuites name="djogi-shell lint" tests="3" failures="1">
        <testsuite name="one.sql" tests="2" failures="1">
      """
    #expect(answer.output.contains(expected), "\(answer)")
    #expect(
      answer.output.contains(#"<testsuite name="fine &amp; good.sql" tests="1" failures="0">"#))
    #expect(answer.output.contains(#"<failure type="vacuum-full" message="#))
    #expect(!answer.output.contains(#"<failure type="drop-column""#))
    try bench.dispose()
  }

  @Test func `JSON is an object a line`() async throws {
    let bench = try await bench()
    let answer = try await lint(bench, "--format", "json", "one.sql")
    let objects = answer.output.split(separator: "\n").map {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(objects.allSatisfy { $0 != nil }, "\(answer)")
    let rules = objects.compactMap { $0?["rule"] as? String }
    #expect(rules.contains("vacuum-full"), "\(answer)")
    try bench.dispose()
  }

  @Test(arguments: [
    ("never", "one.sql", Int32(0)), ("refused", "one.sql", 2), ("refused", "drop.sql", 0),
    ("destructive", "drop.sql", 2), ("destructive", "stage.sql", 0), ("staged", "stage.sql", 2),
    ("staged", "drop.sql", 2), ("destructive", "one.sql", 2), ("staged", "fine & good.sql", 0),
  ])
  func `it fails from the kind on that is asked for`(
    _ kind: String, _ file: String, _ code: Int32
  ) async throws {
    let bench = try await bench()
    try bench.write("ALTER TABLE t DROP COLUMN a;\n", to: "drop.sql")
    try bench.write("CREATE INDEX i ON t (a);\n", to: "stage.sql")
    let answer = try await lint(bench, "--fail-on", kind, file)
    #expect(answer.code == code, "\(answer)")
    try bench.dispose()
  }

  @Test func `since a revision, changed and new files are read, and no way down`() async throws {
    let bench = try await bench()
    func git(_ words: String...) async throws {
      _ = try await bench.git(["-c", "user.name=t", "-c", "user.email=t@t"] + words)
    }
    try await git("init", "-q")
    try await git("add", "-A")
    try await git("commit", "-q", "-m", "first")
    let none = try await lint(bench, "--since", "HEAD", "--format", "gitlab")
    #expect(none.code == 0)
    #expect(none.output == "[]\n", "\(none)")
    try bench.write(Self.migration + "\nCLUSTER t;\n", to: "one.sql")
    try bench.write("CLUSTER t;\n", to: "sub/two.sql")
    try bench.write("CLUSTER t;\n", to: "sub/two.down.sql")
    let some = try await lint(bench, "--since", "HEAD", "--format", "github")
    let files = Set(
      some.output.split(separator: "\n").compactMap { line in
        line.split(separator: ",").first?.split(separator: "=").last.map(String.init)
      })
    #expect(files == ["one.sql", "sub/two.sql"], "\(some)")
    let below = try await lint(bench, "--since", "HEAD", "--format", "github", "sub")
    #expect(!below.output.contains("one.sql"))
    let unknown = try await lint(bench, "--since", "nowhere")
    #expect(unknown.code == 1, "\(unknown)")
    try bench.dispose()
  }

  @Test func `the server is asked without a workspace`() async throws {
    let bench = try await ContractBench(migration: nil, settings: "")
    try bench.remove("Djogi.toml")
    try bench.remove("migrations")
    try bench.write(
      "ALTER TABLE t ALTER COLUMN amount TYPE numeric;\nALTER TABLE none ADD c int;\n", to: "x.sql")
    let answer = try await bench.runInside(["lint", "--ask-server", "x.sql"])
    #expect(answer.code == 2)
    #expect(answer.output.contains("x.sql:2:1: error[server-refuses]"), "\(answer)")
    try bench.dispose()
  }
}

extension ContractBench {
  /// Runs the program in the workspace's folder without naming it.
  fileprivate func runInside(_ words: [String]) async throws -> Answer {
    try await shell(#"cd "$0" && exec "$@""#, [folder, ChildProcess.shell] + words)
  }

  fileprivate func git(_ words: [String]) async throws -> Answer {
    try await shell(#"cd "$0" && exec git "$@""#, [folder] + words)
  }

  private func shell(_ script: String, _ words: [String]) async throws -> Answer {
    let child = try ChildProcess("/bin/sh", ["-c", script] + words, environment: environment)
    child.closeInput()
    return Answer(await child.wait())
  }
}
