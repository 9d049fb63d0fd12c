import Testing

@testable import LiveMigration
@testable import ShellKit

/// The one place where the engine's facts become lines to type.
@Suite("Next line")
struct NextLineTests {
  private static let id = PlanID(milliseconds: 0, node: 0, sequence: 7301)

  @Test(arguments: [
    (NextStep(.run(id)), "run 7301"),
    (
      NextStep(.run(id, approving: [.validate]), destroys: true),
      "run 7301 --approve validate --allow-destructive --justify '…'"
    ),
    (
      NextStep(.run(id), destroys: true, acceptsChangedSource: true),
      "run 7301 --allow-raw-dangerous --allow-destructive --justify '…'"
    ),
    (NextStep(.resume(id), after: .rows), "fix the rows, then resume 7301"),
    (
      NextStep(.finalize(id), after: .cause),
      "fix what is in the way, then finalize 7301 --justify '…'"
    ),
    (NextStep(.revert(id)), "revert 7301 --justify '…'"),
    (NextStep(.plan(version: "V1", app: "billing")), "plan V1 --app billing"),
    (NextStep(.plan()), "plan"), (NextStep(.listPlans), "list --all"),
    (
      NextStep(.apply(version: "V1"), destroys: true),
      "apply V1 --allow-destructive --justify '…'"
    ),
    (NextStep(.restore(path: "live/x.json")), "restore live/x.json from version control"),
  ])
  func `A step is a line that can be typed`(step: NextStep, line: String) {
    #expect(step.line == line)
  }

  @Test(arguments: [
    ("INFRA-7", "'INFRA-7'"), ("it's late", #"'it'\''s late'"#), ("$HOME *", "'$HOME *'"),
  ])
  func `The reason that was given is repeated, in quotes`(reason: String, quoted: String) throws {
    let line = NextLine(reason: reason).text(NextStep(.revert(Self.id)))
    #expect(line == "revert 7301 --justify \(quoted)")
    // The grammar reads the same reason.
    guard case .command(let command)? = try Script(argument: line).lines.first?.request else {
      Issue.record("\(line) is no line")
      return
    }
    #expect(command.givenReason == reason)
  }
}
