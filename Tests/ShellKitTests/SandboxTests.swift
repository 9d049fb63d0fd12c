import Foundation
import Glibc
import PrivateServer
import TestSupport
import Testing

/// The built program's own server, and what is left of it.
@Suite("Sandbox")
struct SandboxTests {
  /// Where the program keeps what is temporary, open as the system's own: the server runs as another user.
  private let folder: String

  init() throws {
    folder = try TemporaryFolder.make("sandbox")
    chmod(folder, 0o1777)
  }

  private var leftOvers: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder) }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `A signal ends it, with its server and its workspace`(_ signal: Int32) async throws {
    let child = try ChildProcess(
      ChildProcess.shell, ["sandbox", "--rows", "1000"], environment: ["TMPDIR": folder])
    try await child.waitForOutput(containing: "Ctrl-C ends the sandbox.")
    #expect(try leftOvers.count == 2)
    // Its server's superuser needs no password.
    for name in try leftOvers {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
      #expect(attributes[.posixPermissions] as? Int == 0o700)
    }
    child.signal(signal)
    let outcome = await child.wait()
    #expect(outcome.status == .exited(128 + signal))
    #expect(outcome.errors.contains("0 of them failed"))
    #expect(try leftOvers == [])
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func `A signal ends its prompt likewise`(_ signal: Int32) async throws {
    let terminal = try PseudoTerminal.run(
      ChildProcess.shell, ["sandbox", "--rows", "1000"],
      environment: ["HOME": folder + "/home", "LC_ALL": "C.UTF-8", "TMPDIR": folder],
      directory: "/", columns: 100, rows: 30)
    try await terminal.waitForOutput(containing: "djogi main>")
    terminal.signal(signal)
    #expect(try await terminal.exitStatus() == .exited(128 + signal))
    #expect(try leftOvers.filter { $0 != "home" } == [])
    try FileManager.default.removeItem(atPath: folder)
  }
}
