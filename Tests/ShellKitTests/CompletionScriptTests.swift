import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

@testable import ShellKit

/// The checked-in completion scripts, loaded by the shells that they are for.
@Suite(.database, .timeLimit(.minutes(2))) struct CompletionScriptTests {
  static let names = [
    "bash": "djogi-shell.bash", "zsh": "_djogi-shell", "fish": "djogi-shell.fish",
  ]

  private var folder: String { Repository.root + "/completions" }

  /// The shells find the built program by its name, and the program the database.
  private func environment(_ workspace: CommandsWorkspace) throws -> [String: String] {
    let programs = URL(fileURLWithPath: try ChildProcess.shell).deletingLastPathComponent().path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return [
      "PATH": programs + ":" + path, "DATABASE_URL": workspace.database.url,
      "HOME": workspace.folder, "LC_ALL": "C.UTF-8", "PS1": "$ ",
    ]
  }

  private func workspace() async throws -> CommandsWorkspace {
    let workspace = try await CommandsWorkspace(rows: 1)
    _ = try await workspace.plan()
    try await workspace.addPlans(
      "(73010001, 'widen_a', 'finalizing', 'finalize_constraints')",
      "(73010002, 'widen_b', 'paused', 'backfill_chunked')")
    return workspace
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `the scripts are what the program prints`(shell: String) async throws {
    let name = try #require(Self.names[shell])
    let outcome = try await ChildProcess.run(ChildProcess.shell, ["completion", shell])
    #expect(outcome.status == .exited(0))
    let checkedIn = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    #expect(outcome.output == checkedIn, "make completions writes them anew")
    #expect(checkedIn.ranges(of: "_djogi-shell_help() {").count <= 1)
    #expect(!checkedIn.contains(Repository.root))
    // The program's own option, which no command takes.
    #expect(checkedIn.ranges(of: /--version|-l 'version'/).count == 1)
  }

  @Test func `bash completes commands, options, values and plans`() async throws {
    let workspace = try await workspace()
    let terminal = try PseudoTerminal.run(
      "/usr/bin/env", ["bash", "--norc", "--noprofile", "-i"],
      environment: try environment(workspace), directory: workspace.folder)
    try await terminal.waitForOutput(containing: "$")
    terminal.send("source \(folder)/djogi-shell.bash && echo loaded$((1))\n")
    try await terminal.waitForOutput(containing: "loaded1")
    try await completeAll(at: terminal)
  }

  @Test func `zsh completes commands, options, values and plans`() async throws {
    let workspace = try await workspace()
    let terminal = try PseudoTerminal.run(
      "/usr/bin/env", ["zsh", "-f", "-i"], environment: try environment(workspace),
      directory: workspace.folder)
    terminal.send(
      "PS1='$ '; fpath=(\(folder) $fpath); autoload -Uz compinit; compinit -u -D; echo loaded$((1))\n"
    )
    try await terminal.waitForOutput(containing: "loaded1")
    try await completeAll(at: terminal)
  }

  /// Types the beginnings of words with a Tab behind each.
  private func completeAll(at terminal: PseudoTerminal) async throws {
    let lines = [
      ("djogi-shell fina\t", "djogi-shell finalize"),
      ("djogi-shell run 1 --allow-d\t", "--allow-destructive"),
      ("djogi-shell run 1 --approve cutover-r\t", "--approve cutover-reads"),
      ("djogi-shell list --status final\t", "--status finalizing"),
      ("djogi-shell help conn\t", "help conninfo"),
      ("djogi-shell finalize 7\t", "finalize 73010001"),
      ("djogi-shell resume \t", "resume widen_b"),
      ("djogi-shell finalize wi\t", "finalize widen_a"),
      ("djogi-shell tune widen_b chunk-t\t", "tune widen_b chunk-target"),
    ]
    for (keys, text) in lines {
      terminal.send(keys)
      try await terminal.waitForOutput(containing: text)
      terminal.send("\u{15}")
    }
    // A mistake in what one command completes is seen behind that command alone.
    // Everything behind sql is the statement.
    for name in ShellCommands.names where name != "sql" {
      terminal.send("djogi-shell \(name) --hel\t")
      try await terminal.waitForOutput(containing: "djogi-shell \(name) --help")
      terminal.send("\u{15}")
    }
    terminal.send("exit\n")
    #expect(try await terminal.exitStatus() == .exited(0))
  }

  @Test func `fish completes commands, options, values and plans`() async throws {
    let workspace = try await workspace()
    let lines =
      [
        ("fina", "finalize\t"), ("run 1 --allow-d", "--allow-destructive\t"),
        ("run 1 --approve cutover-r", "cutover-reads"), ("list --status final", "finalizing"),
        ("help conn", "conninfo"), ("finalize ", "widen_a\t73010001 finalizing"),
        ("resume ", "widen_b\t73010002 paused"), ("finalize 7", "73010001\twiden_a finalizing"),
        ("tune widen_b chunk-t", "chunk-target="),
      ] + ShellCommands.names.map { ("\($0) --hel", "--help\t") }
    let script = lines.map { line, _ in "echo '# \(line)'; complete -C 'djogi-shell \(line)'" }
    let outcome = try await ChildProcess.run(
      "/usr/bin/env",
      [
        "fish", "--no-config", "-c",
        "cd \(workspace.folder); source \(folder)/djogi-shell.fish; "
          + script.joined(separator: "; "),
      ], environment: try environment(workspace))
    #expect(outcome.errors == "")
    for (line, word) in lines {
      #expect(outcome.output.contains("# \(line)\n\(word)"), "\(outcome.output)")
    }
  }

  @Test func `nothing is said while a shell waits for plans that cannot be had`() async throws {
    let outcome = try await ChildProcess.run(
      ChildProcess.shell, ["complete-plans", "run"],
      environment: ["DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"])
    #expect(outcome.output == "")
  }

  @Test func `a hundred thousand plans are no more to search than a few`() async throws {
    let workspace = try await workspace()
    let connection = try await workspace.database.connect()
    _ = try await connection.script(
      """
      INSERT INTO djogi_live_plans (plan_id, slug, status, plan_file_checksum, classification,
        originating_migration, target_database, app_label)
      SELECT 8000000000000 + g, 'plan_' || g, 'complete', 'V1:' || repeat('0', 64),
        'expand_contract', 'V20260428000000__x', 'main', 'shop'
      FROM generate_series(1, 100000) AS g;
      ANALYZE djogi_live_plans
      """)
    let finalize = try await workspace.run("complete-plans", "finalize", "730")
    #expect(finalize.output == "73010001\n")
    let show = try await workspace.run("complete-plans", "show", "80000000")
    #expect(show.output.split(separator: "\n").count == 100)
    #expect(show.output.hasPrefix("8000000099999\n"))
    #expect(try await workspace.run("complete-plans", "show", "9").output == "")
  }
}
