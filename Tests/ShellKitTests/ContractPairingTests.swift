import Postgres
import TestSupport
import Testing

/// Which options need which, and what is checked first.
@Suite("Contract: pairings and the order of checks", .database)
struct ContractPairingTests {
  @Test(arguments: ["--allow-destructive", "--allow-raw-dangerous"], [nil, "", " \t "])
  func `A permission without a reason is refused before anything is read`(
    option: String, reason: String?
  ) async throws {
    let bench = try await ContractBench(setup: "", settings: "no = 'such key'\n")
    let words = reason.map { ["--justify", $0] } ?? []
    for command in ["run", "resume"] {
      let answer = try await bench.run([command, "nonsense", option] + words)
      #expect(answer.code == 1)
      #expect(answer.errors.contains("\(option) needs --justify with a reason"), "\(answer)")
      #expect(answer.output.isEmpty)
    }
    try bench.dispose()
  }

  @Test
  func `Two permissions without a reason are named both`() async throws {
    let bench = try await ContractBench(setup: "")
    let answer = try await bench.run("run", "1", "--allow-raw-dangerous", "--allow-destructive")
    #expect(answer.code == 1)
    #expect(
      answer.errors.contains(
        "--allow-destructive and --allow-raw-dangerous need --justify with a reason"))
    #expect(answer.next == "add --justify '…'")
    let apply = try await bench.run("apply", "--allow-destructive")
    #expect(apply.code == 1)
    #expect(apply.errors.contains("--allow-destructive needs --justify with a reason"))
    try bench.dispose()
  }

  @Test
  func `The grammar comes before pairings`() async throws {
    let bench = try await ContractBench(setup: "", settings: "no = 1\n")
    let lines: [[String]] = [
      ["run", "nonsense", "--allow-destructive", "--approve", "finalize"],
      ["run", "1", "2", "--allow-destructive"],
      ["resume", "1", "--allow-destructive", "--approve", "validate"],
      ["finalize", "1", "--allow-destructive"], ["list", "--status", "sleeping"],
      ["abandon", "1", "--forse"], ["shwo", "1"], ["show", "1", "2"], ["list", "--limit", "0"],
      ["--output", "xml", "list"], ["--database", "other", "list"],
    ]
    for words in lines {
      let answer = try await bench.run(words)
      #expect(answer.code == 64, "\(words): \(answer)")
      #expect(answer.output.isEmpty)
      #expect(answer.errors.hasPrefix("error: "))
    }
    let misspelt = try await bench.run("shwo", "1")
    #expect(misspelt.errors.contains("did you mean 'show'?"))
    try bench.dispose()
  }

  @Test
  func `A plan's number comes before the configuration, and that before the connection`()
    async throws
  {
    let bench = try await ContractBench(setup: "", settings: "profle = 'x'\n")
    let nowhere = ["PGHOST": "/nowhere"]
    for command in ["show", "run", "resume", "pause", "finalize", "history"] {
      let malformed = try await bench.run(command, "12x", environment: nowhere)
      #expect(malformed.code == 1, "\(malformed)")
      #expect(malformed.errors.contains("invalid plan id '12x'"))
      #expect(malformed.next == "list --all")
      let misspelt = try await bench.run(command, "12", environment: nowhere)
      #expect(misspelt.code == 1)
      #expect(misspelt.errors.contains("Djogi.toml:1:1: error: There is no key profle"))
    }
    try bench.write("", to: "Djogi.toml")
    let unreachable = try await bench.run("show", "12", environment: nowhere)
    #expect(unreachable.code == 1)
    #expect(unreachable.errors.contains("/nowhere"))
    let unknown = try await bench.run("show", "12")
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("there is no plan 12 in this database"))
    try bench.dispose()
  }

  @Test(arguments: ["-1", "+1", "007", "9223372036854775808", "1e3", "", "１２"])
  func `What is not written as a plan's number is refused`(text: String) async throws {
    let bench = try await ContractBench(setup: "")
    let answer = try await bench.run("show", "--", text)
    #expect(answer.code == 1, "\(answer)")
    #expect(answer.errors.contains("invalid plan id '\(text)'"))
    try bench.dispose()
  }

  @Test
  func `A status comes before the plan file, that before the source and the permission`()
    async throws
  {
    let bench = try await ContractBench()
    let id = try await bench.plan()
    let file = "migrations/main/live/" + (try #require(bench.planFiles().first))
    try bench.write("changed", to: ContractBench.path(ContractBench.version))
    // All wrong: status, file, source, permission.
    try bench.remove(file)
    let resume = try await bench.run("resume", id)
    #expect(resume.code == 5)
    #expect(resume.next == "run widen --allow-destructive --justify '…'")
    let missing = try await bench.run("run", id)
    #expect(missing.code == 1)
    #expect(missing.errors.contains("is written again from the ledger: "))
    try bench.write("{}", to: file)
    let changed = try await bench.run("run", id)
    #expect(changed.code == 4)
    #expect(changed.errors.contains("recorded  V1:") && changed.errors.contains("found     V1:"))
    #expect(try await bench.status(of: id) == "pending")
    try bench.dispose()
  }

  @Test
  func `A finalize without a reason hears of the plan first`() async throws {
    let bench = try await ContractBench()
    let unknown = try await bench.run("finalize", "77")
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("there is no plan 77"))
    let id = try await bench.plan()
    let early = try await bench.run("finalize", id)
    #expect(early.code == 5)
    #expect(early.next == "run widen --allow-destructive --justify '…'")
    try await bench.drive(id, to: "finalizing")
    for words in [[], ["--justify", "  "]] {
      let answer = try await bench.run(["finalize", id] + words)
      #expect(answer.code == 1, "\(answer)")
      #expect(answer.errors.contains("finalize needs --justify with a reason"))
    }
    let held = try await bench.database.connect(applicationName: "someone else")
    try await bench.holdLock(of: id, on: held)
    let busy = try await bench.run("finalize", id)
    #expect(busy.code == 5)
    #expect(busy.errors.contains("someone else"))
    await held.close()
    try bench.dispose()
  }
}
