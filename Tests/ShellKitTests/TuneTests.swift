import Foundation
import PrivateServer
import TestSupport
import Testing

/// `tune` and `--workers` of the built program.
@Suite(.database) struct TuneTests {
  @Test func `tune shows the settings, changes them and keeps them`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let shown = try await workspace.run("tune", plan)
    #expect(shown.status == .exited(0), "\(shown.errors)")
    #expect(shown.output.hasPrefix("widen_amount: not running (no session holds its lock)\n"))
    #expect(shown.output.contains("\n  workers              1\n"))
    #expect(shown.output.contains("\n  max-rate             none\n"))
    let changed = try await workspace.run(
      "tune", plan, "workers=2", "max-rate=20000", "--justify", "INFRA-7")
    #expect(changed.output.contains("\n  workers              2  (tuned)\n"))
    let again = try await workspace.run("tune", plan, "workers=default", "--output", "json")
    let object = try #require(try CommandsWorkspace.objects(again.output).first)
    #expect(object["event"] as? String == "tuning")
    #expect(object["tuned"] as? [String: String] == ["max_rate": "20000"])
    #expect((object["settings"] as? [String: String])?["workers"] == "1")
    let history = try await workspace.run("history", plan).output
    #expect(history.contains("workers: 1 → 2"))
    #expect(history.contains("INFRA-7"))
  }

  @Test(arguments: [
    ("speed=9", "unknown setting 'speed'"), ("workers", "'workers' is not a change"),
    ("worker=2", "'workers'"),
  ])
  func `a change that does not exist is a mistake of the line`(
    change: String, message: String
  ) async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let outcome = try await workspace.run("tune", plan, change)
    #expect(outcome.status == .exited(64))
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func `a value that makes no sense changes nothing`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let outcome = try await workspace.run("tune", plan, "workers=3", "strides=65")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("strides must be a number from 1 to 64, not '65'"))
    let twice = try await workspace.run("tune", plan, "workers=3", "workers=4")
    #expect(twice.status == .exited(64))
    #expect(!(try await workspace.run("tune", plan).output.contains("tuned")))
  }

  @Test func `run takes a number of workers`() async throws {
    let workspace = try await CommandsWorkspace()
    let plan = try await workspace.plan()
    let wrong = try await workspace.run("run", plan, "--workers", "65")
    #expect(wrong.status == .exited(64))
    let outcome = try await workspace.run(
      "run", plan, "--workers", "2", "--allow-destructive", "--justify", "x")
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(try await workspace.run("tune", plan).output.contains("2  (tuned)"))
  }
}
