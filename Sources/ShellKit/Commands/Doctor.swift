internal import ArgumentParser
internal import LiveMigration

struct Doctor: ShellCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what the role and the server let a plan do.",
    discussion: """
      Example: doctor

      Looks at rights, settings, replicas, old transactions and what runs out, changes nothing, and \
      names the GRANT or the setting that would help. The exit status is 1 when something would keep \
      a plan from being made or from ending. It needs no Djogi.toml.
      """)

  @Flag(help: "Write JSON, one object a line.")
  var json = false
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let engine = try await session.engineWithoutConfiguration(place.workspace)
    let report = DoctorReport(findings: try await engine.examine())
    if json {
      for object in report.objects { session.output.write(object.json + "\n") }
    } else {
      session.output.report(report)
    }
    if report.hasProblem { throw ReportedFailure(status: .runtime) }
  }
}
