import LiveMigration
import Testing

@testable import ShellKit

@Suite struct GrammarTests {
  private func parse<Command>(_ words: String..., as type: Command.Type) throws -> Command {
    guard case .command(let command) = try Grammar.command(words), let parsed = command as? Command
    else {
      throw UsageError(message: "not a \(type)")
    }
    return parsed
  }

  private func refusal(of words: String...) -> UsageError? {
    do throws(UsageError) {
      _ = try Grammar.command(words)
      return nil
    } catch {
      return error
    }
  }

  @Test func `plan takes a version, an application and a dry run`() throws {
    let command = try parse(
      "plan", "V20260428000000__widen", "--app", "shop", "--dry-run", "--workspace", "w",
      as: PlanMigration.self)
    #expect(command.version == "V20260428000000__widen")
    #expect(command.app == "shop")
    #expect(command.dryRun)
    #expect(command.place.workspace == "w")
    #expect(try parse("plan", as: PlanMigration.self).version == nil)
  }

  @Test func `run takes several gates and both permissions`() throws {
    let command = try parse(
      "run", "4711", "--approve", "validate", "--approve", "cutover-reads", "--allow-destructive",
      "--allow-raw-dangerous", "--justify", "INFRA-7", as: RunPlan.self)
    #expect(command.plan == "4711")
    #expect(command.approve.map(\.gate) == [.validate, .cutoverReads])
    #expect(command.destructive.allowDestructive)
    #expect(command.rawDangerous.allowRawDangerous)
    #expect(command.reason.reason == "INFRA-7")
  }

  @Test func `a gate that finalize passes cannot be approved`() {
    #expect(refusal(of: "run", "4711", "--approve", "finalize")?.command == "run")
  }

  @Test func `list takes several statuses`() throws {
    let command = try parse(
      "list", "--status", "paused", "--status", "failed", "--all", as: ListPlans.self)
    #expect(command.status == [.paused, .failed])
    #expect(command.all)
  }

  @Test func `watch reads durations, counts and a status`() throws {
    let command = try parse(
      "watch", "1", "2", "--interval", "2s", "--count", "3", "--until", "validating", "--timeout",
      "2h", as: WatchPlans.self)
    #expect(command.plans == ["1", "2"])
    #expect(command.interval?.duration == .seconds(2))
    #expect(command.count?.value == 3)
    #expect(command.until == .validating)
    #expect(command.timeout?.duration == .seconds(7200))
  }

  @Test(arguments: [
    ["watch", "--interval", "2"], ["watch", "--interval", "-2s"], ["watch", "--count", "0"],
    ["watch", "--count", "x"], ["watch", "--until", "done"], ["list", "--status", "ended"],
    ["show", "1", "2"], ["pause", "1", "2"], ["lint"],
    ["source"], ["completion", "tcsh"], ["completion"], ["sandbox", "--rows", "0"], ["sql"],
    ["plan", "--nonsense"], ["run", "1", "--justify"], [],
  ])
  func `a line that is not of the grammar is refused`(words: [String]) {
    #expect(throws: UsageError.self) { try Grammar.command(words) }
  }

  @Test(arguments: [
    ["plan"], ["lint", "a.sql", "-"], ["apply", "--allow-destructive", "--justify", "x"], ["list"],
    ["show", "1", "--sql"], ["run", "1"], ["resume", "1", "--allow-destructive"], ["pause", "1"],
    ["finalize", "1", "--justify", "x"], ["abandon", "1", "--force"], ["watch"], ["history", "1"],
    ["sql", "select", "1"], ["set"], ["set", "timing", "on"], ["source", "a.djogi"], ["help"],
    ["help", "run"], ["conninfo"], ["quit"], ["exit"], ["completion", "fish"],
    ["sandbox", "--tour", "--rows", "5"],
    // Without a plan the only one that the command accepts is meant.
    ["show"], ["run"], ["pause"], ["finalize"], ["abandon"], ["history"], ["tune", "workers=2"],
  ])
  func `every command has a line that is of the grammar`(words: [String]) throws {
    guard case .command = try Grammar.command(words) else {
      Issue.record("\(words) is no command")
      return
    }
  }

  @Test(arguments: [
    (["rnu", "1"], "run"), (["finalise", "1"], "finalize"), (["hist", "1"], "history"),
    (["run", "1", "--aprove", "validate"], "--approve"), (["--databse", "main"], "--database"),
    (["abandon", "1", "--forse"], "--force"),
  ])
  func `what was probably meant is said`(words: [String], meant: String) {
    do throws(UsageError) {
      _ = try Grammar.command(words)
      Issue.record("\(words) was accepted")
    } catch {
      #expect(error.suggestion == meant)
    }
  }

  @Test func `a word that is near to nothing has no suggestion`() {
    #expect(refusal(of: "xyzzy")?.suggestion == nil)
    #expect(refusal(of: "xyzzy")?.message == "unknown command 'xyzzy'")
  }

  @Test func `help and version are texts, for the program and for a command`() throws {
    for words in [["--help"], ["-h"], ["--version"], ["run", "--help"], ["show", "-h"]] {
      guard case .text(let text) = try Grammar.command(words) else {
        Issue.record("\(words) is no text")
        continue
      }
      #expect(!text.isEmpty)
    }
  }

  @Test func `every command's help begins with what it does and an example`() throws {
    for name in ShellCommands.names where name != "quit" {
      let text = try #require(HelpText.command(name))
      #expect(text.contains("Example: \(name)") || name == "completion", "\(name)")
    }
  }

  @Test func `everything after sql belongs to the statement`() throws {
    let command = try parse(
      "sql", "select", "1", "--", "--output", "json", as: QueryDatabase.self)
    #expect(command.statement.first == "select")
    #expect(command.statement.contains("--output"))
  }
}
