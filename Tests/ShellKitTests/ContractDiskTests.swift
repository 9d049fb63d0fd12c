import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// A disk that refuses the plan file: nothing is planned, nothing is left, and the next `plan` succeeds.
@Suite("A disk that refuses", .database)
struct ContractDiskTests {
  private func planFiles(_ workspace: CommandsWorkspace) -> [String] {
    let path = workspace.folder + "/migrations/main/live"
    return (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  }

  private func expectNoPlan(_ workspace: CommandsWorkspace) async throws {
    let connection = try await workspace.database.connect()
    let count: Int = try await connection.query("SELECT count(*) FROM djogi_live_plans").only()
      .decode(0)
    #expect(count == 0)
    await connection.close()
    #expect(planFiles(workspace) == [])
  }

  @Test func `a file where the folder must be`() async throws {
    let workspace = try await CommandsWorkspace()
    let path = workspace.folder + "/migrations/main/live"
    try Data().write(to: URL(fileURLWithPath: path))
    let outcome = try await workspace.run("plan")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains(path))
    try FileManager.default.removeItem(atPath: path)
    try await expectNoPlan(workspace)
    _ = try await workspace.plan()
    #expect(planFiles(workspace).count == 1)
  }

  @Test func `a disk that takes no byte more`() async throws {
    let workspace = try await CommandsWorkspace()
    // A limit on the size of files stands for the full disk; its signal is ignored, as the program's parent may do.
    let outcome = try await ChildProcess.run(
      "/bin/sh",
      [
        "-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" --workspace \"$1\" plan",
        try ChildProcess.shell, workspace.folder,
      ], environment: ["DATABASE_URL": workspace.database.url])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("cannot be written"), "\(outcome.errors)")
    try await expectNoPlan(workspace)
    _ = try await workspace.plan()
    #expect(planFiles(workspace).count == 1)
  }
}
