internal import Foundation
internal import Glibc

/// What `sandbox` does.
enum SandboxCommand {
  private static let defaultRows = 1_000_000

  /// Starts a private server and drives a whole plan there, or leaves it to the operator.
  static func run(tour: Bool, rows: Int?, in session: ShellSession) async throws {
    let rows = rows ?? defaultRows
    let output = session.output
    output.notice("Starting a private PostgreSQL and filling a table of \(rows) rows …")
    await session.needsCleanUp()
    output.beginPrompt()
    let sandbox = try await SandboxServer(rows: rows)
    var environment = session.environment
    environment["DATABASE_URL"] = sandbox.url
    let inner = ShellSession(
      environment: environment, output: output,
      entrance: tour || !hasTerminal ? .command : .prompt, folder: sandbox.workspace,
      ask: session.ask)
    do {
      if tour {
        try await self.tour(sandbox, inner)
      } else {
        try await rehearse(sandbox, inner, session)
      }
    } catch {
      await inner.close()
      await sandbox.dispose()
      throw error
    }
    await inner.close()
    await sandbox.dispose()
  }

  private static var hasTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  private static func tour(_ sandbox: SandboxServer, _ session: ShellSession) async throws {
    let tour = SandboxTour(sandbox: sandbox, session: session) { line in
      for line in try Script(argument: line).lines { try await session.perform(line.request) }
    }
    try await tour.run()
  }

  /// Leaves the server up: for lines at a prompt, or for other programs until this one is stopped.
  private static func rehearse(
    _ sandbox: SandboxServer, _ inner: ShellSession, _ outer: ShellSession
  ) async throws {
    let writers = LedgerWriters(
      count: 4, rows: sandbox.rows, configuration: sandbox.configuration())
    outer.output.notice(
      """
      Four clients write to \(SandboxServer.database).ledger_entry. In another terminal:
        export DATABASE_URL='\(sandbox.url)'
        djogi-shell --workspace \(sandbox.workspace) plan
      """)
    if hasTerminal {
      outer.output.notice("Here: plan, then what it says. Ctrl-D ends the sandbox.")
      _ = await Prompt.run(inner)
    } else {
      outer.output.notice("Ctrl-C ends the sandbox.")
      while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
    }
    let report = await writers.stop()
    outer.output.notice(
      "The clients ran \(report.waits.count) statements, \(report.errors.count) of them failed.")
  }
}
