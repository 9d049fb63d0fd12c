import Foundation
import Glibc
import PrivateServer
import TestSupport
import Testing

/// What the shell says to do next, and what comes of doing it.
@Suite("Advice that works", .database)
struct AdviceTests {
  /// A shell's words of a line that the program printed.
  private func words(_ line: String) -> [String] {
    line.replacing("'", with: "").split(separator: " ").map(String.init)
  }

  @Test
  func `After abandon comes revert, and then a fresh plan`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.drive(id, to: "validating")
    let abandoned = try await bench.run("abandon", id, "--force", "--justify", "no")
    #expect(abandoned.code == 0)
    #expect(abandoned.output.contains("stays until revert takes it away"), "\(abandoned)")
    #expect(abandoned.next == "revert widen --justify 'no'")
    let show = try await bench.run("show", id)
    #expect(show.next == "revert widen --justify '…'")
    let run = try await bench.allowing("run", id)
    #expect(run.code == 5)
    #expect(run.next == "revert widen --justify 'because'")
    let reverted = try await bench.run(words(try #require(run.next)))
    #expect(reverted.code == 0, "\(reverted)")
    #expect(reverted.output.contains("reverted: the schema is as before the plan."))
    #expect(reverted.next == nil)
    #expect(try await bench.run("show", id).next == "plan")
    #expect(try await bench.plan() != id)
    try bench.dispose()
  }

  @Test
  func `A plan that was abandoned before it began leaves nothing`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    let abandoned = try await bench.run("abandon", id, "--force")
    #expect(abandoned.next == "plan", "\(abandoned)")
    try bench.dispose()
  }

  @Test
  func `A failed plan is reverted too`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.drive(id, to: "validating")
    try await bench.execute("UPDATE djogi_live_plans SET status = 'failed'")
    let refused = try await bench.run("abandon", id, "--force")
    #expect(refused.code == 5)
    #expect(refused.errors.contains("kept for the audit; revert it, then make a fresh plan"))
    #expect(refused.next == "revert widen --justify '…'")
    try bench.dispose()
  }

  @Test
  func `What watch says of a plan whose session died can be typed`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.execute("UPDATE djogi_live_plans SET status = 'running'")
    let watch = try await bench.run("watch", id, "--count", "1")
    #expect(watch.output.contains("but no session drives it"), "\(watch)")
    #expect(
      watch.output.contains(
        "next: djogi-shell --workspace \(bench.folder) resume widen --allow-destructive "
          + "--justify '…'"), "\(watch)")
    #expect(try await bench.allowing("resume", id).code == 0)
    try bench.dispose()
  }

  @Test
  func `A plan file that is of no use is restored, not run or abandoned`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    let name = "migrations/main/live/" + (try #require(bench.planFiles().first))
    let path = bench.folder + "/" + name
    let original = try String(contentsOfFile: path, encoding: .utf8)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode.map { $0 & 0o044 } == 0o044)
    let restore = "restore \(path) from version control"
    try bench.write(original + "\n", to: name)
    #expect(try await bench.run("show", id).next == restore)
    #expect(try await bench.allowing("run", id).next == restore)
    let json = try await bench.run("--output", "json", "show", id)
    #expect(json.object("plan_detail")?["next"] as? String == restore)
    try bench.remove(name)
    // A file that is lost is written again from the copy in the ledger.
    #expect(
      try await bench.run("show", id).next == "run widen --allow-destructive --justify '…'")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == original)
    try bench.remove(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(try await bench.allowing("run", id).next == restore)
    try bench.dispose()
  }

  @Test
  func `Hooks are shown for as long as their triggers fire`() async throws {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    try await bench.drive(id, to: "finalizing")
    let triggers = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zzzz_djogi_%'"
    #expect(try await bench.value(triggers) != "0")
    let waiting = try await bench.run("--output", "json", "show", id)
    #expect(
      waiting.object("plan_detail")?["hooks"] as? [String] == ["dual_write::public.t::amount"])
    #expect(try await bench.run("finalize", id, "--justify", "now").code == 0)
    #expect(try await bench.value(triggers) == "0")
    let done = try await bench.run("--output", "json", "show", id)
    #expect(done.object("plan_detail")?["hooks"] as? [String] == [])
    try bench.dispose()
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `One signal ends a command that holds no plan`(signal: Int32) async throws {
    let bench = try await ContractBench()
    let pipe = bench.folder + "/pipe.sql"
    #expect(mkfifo(pipe, 0o600) == 0)
    let child = try bench.start(["--echo", "-c", "lint \(pipe)"])
    try await child.waitForOutput(containing: "+ lint")
    child.signal(signal)
    let answer = Answer(await child.wait())
    #expect(answer.code == 128 + signal, "\(answer)")
    try bench.dispose()
  }

  @Test
  func `A table that is not there is named as it was written`() async throws {
    let bench = try await ContractBench(migration: "ALTER TABLE nope ADD x int;\n")
    let answer = try await bench.run("plan")
    #expect(answer.errors.contains("relation \"nope\" does not exist"), "\(answer)")
    #expect(!answer.errors.contains("pg_temp"))
    try bench.dispose()
  }

  @Test
  func `A wrong duration is answered with the forms and the default`() async throws {
    let bench = try await ContractBench()
    let answer = try await bench.run("daemon", "--poll-interval", "30y")
    #expect(answer.code == 64)
    #expect(answer.errors.contains("invalid duration '30y': digits and one unit"), "\(answer)")
    #expect(answer.errors.contains("ms, s, m, min, h, d") && answer.errors.contains("30s"))
    let help = try await bench.run("help", "daemon")
    let text = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("30s when not given") && text.contains("10m when not given"), "\(help)")
    try bench.dispose()
  }

  @Test
  func `A profile of production means what the variable means`() async throws {
    let bench = try await ContractBench(
      settings: "profile = \"production\"\n" + ContractBench.quick)
    let id = try await bench.plan()
    let refused = try await bench.run("abandon", id, "--force")
    #expect(refused.code == 1, "\(refused)")
    #expect(refused.errors.contains("--force is refused"))
    #expect(try await bench.status(of: id) == "pending")
    try bench.dispose()
  }

  @Test
  func `A misspelt application is no application without work`() async throws {
    let bench = try await ContractBench()
    let answer = try await bench.run("plan", "--app", "nope")
    #expect(answer.code == 1, "\(answer)")
    #expect(answer.errors.contains("no application nope in the workspace: it has _global_"))
    #expect(try await bench.run("plan", "--app", "_global_", "--dry-run").code == 0)
    try bench.dispose()
  }

  @Test(arguments: [
    ("12x", "type an id, the end of one, or a slug"), ("012", "an id has no leading zero"),
    ("9223372036854775808", "it is larger than any id"),
  ])
  func `An id that is none is told why`(id: String, reason: String) async throws {
    let bench = try await ContractBench()
    let answer = try await bench.run("show", id)
    #expect(answer.code == 1)
    #expect(answer.errors.contains("invalid plan id '\(id)': \(reason)"), "\(answer)")
    try bench.dispose()
  }

  @Test(arguments: ["\u{200B}", "\u{2060}\u{FEFF}", "\u{AD}", " \u{200D} "])
  func `A reason that cannot be seen is none`(reason: String) async throws {
    let bench = try await ContractBench()
    let answer = try await bench.run(
      "run", "7301", "--allow-destructive", "--justify", reason)
    #expect(answer.code == 1)
    #expect(answer.errors.contains("needs --justify with a reason"), "\(answer)")
    try bench.dispose()
  }
}
