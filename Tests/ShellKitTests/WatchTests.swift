import TestSupport
import Testing

/// `watch` at the terminal of the built program.
@Suite(.database, .timeLimit(.minutes(2))) struct WatchTests {
  @Test func `it redraws one block a plan, and Ctrl-C gives the prompt back`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let session = try PromptSession(workspace)
    try await session.run(
      "\\watch \(plan) --interval 1s", expecting: "\(plan) widen_amount  pending")
    _ = try await workspace.run("run", plan, "--allow-destructive", "--justify", "x")
    try await session.terminal.waitForOutput(containing: "waits at the gate validate")
    #expect(!session.terminal.text.contains("pending"))
    session.terminal.send("\u{03}")
    try await session.ready()
    #expect(session.terminal.text.contains("waits at the gate validate"))
    #expect(!session.terminal.text.contains("stopped:"))
    try await session.quit()
  }

  @Test func `it fits a window of twenty columns`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let session = try PromptSession(workspace, columns: 20, rows: 10)
    try await session.type("watch --interval 1s\r")
    try await session.terminal.waitForOutput(containing: String(plan.prefix(10)))
    session.terminal.resize(columns: 60, rows: 10)
    try await session.terminal.waitForOutput(containing: "widen_amount  pending")
    session.terminal.send("\u{03}")
    try await session.ready()
    try await session.quit()
  }

  @Test func `a plan that ends elsewhere ends it with the reason`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let session = try PromptSession(workspace)
    try await session.run("watch \(plan) --until complete", expecting: "pending")
    _ = try await workspace.run("abandon", plan, "--force")
    try await session.terminal.waitForOutput(containing: "will not become complete")
    try await session.terminal.waitForOutput(containing: "Next: show widen_amount")
    try await session.quit()
  }
}
