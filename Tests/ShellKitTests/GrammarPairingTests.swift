import LiveMigration
import Testing

@testable import ShellKit

/// Runs commands in a session without workspace and database: what is refused is refused before both.
@Suite struct GrammarPairingTests {
  private func refusal(
    of words: String..., environment: [String: String] = [:]
  ) async throws -> (any Error)? {
    guard case .command(let command) = try Grammar.command(words) else { return nil }
    let session = ShellSession(
      environment: environment, output: ConsoleOutput(), entrance: .command,
      folder: "/nonexistent")
    do {
      try await command.run(in: session)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ["run", "1", "--allow-destructive"], ["run", "1", "--allow-raw-dangerous"],
    ["run", "1", "--allow-destructive", "--justify", "  "],
    ["resume", "1", "--allow-destructive", "--justify", ""],
    ["resume", "1", "--allow-raw-dangerous"], ["apply", "--allow-destructive"],
    // The pairing is refused before the form of the id.
    ["run", "x", "--allow-destructive"],
  ])
  func `a permission needs a reason`(words: [String]) async throws {
    guard case .command(let command) = try Grammar.command(words) else { return }
    let session = ShellSession(
      environment: [:], output: ConsoleOutput(), entrance: .command, folder: "/nonexistent")
    let error = try await #require(throws: Refusal.self) { try await command.run(in: session) }
    guard case .needsReason = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.status == .runtime)
  }

  @Test(arguments: ["1x", "x y", "01", "+1", "1.0", "99999999999999999999", "é", "x@12", "…12"])
  func `a plan's number is checked before the configuration`(id: String) async throws {
    guard case .malformedPlanID(id)? = try await refusal(of: "show", id) as? Refusal else {
      Issue.record("\(id) was accepted")
      return
    }
  }

  @Test func `the configuration is read before anything is connected`() async throws {
    #expect(try await refusal(of: "show", "1") is ConfigurationError)
  }

  @Test func `abandon without a terminal needs force`() async throws {
    guard case .needsForce("1")? = try await refusal(of: "abandon", "1") as? Refusal else {
      Issue.record("not refused")
      return
    }
    #expect(try await refusal(of: "abandon", "1", "--force") is ConfigurationError)
  }

  @Test(arguments: ["production", "PRODUCTION", "Production"])
  func `abandon never forces in production`(name: String) async throws {
    let error = try await refusal(of: "abandon", "1", "--force", environment: ["DJOGI_ENV": name])
    guard case .forceInProduction? = error as? Refusal else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `until needs plans`() async throws {
    guard case .untilNeedsPlan? = try await refusal(of: "watch", "--until", "paused") as? Refusal
    else {
      Issue.record("not refused")
      return
    }
  }
}
