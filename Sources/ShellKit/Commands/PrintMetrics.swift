internal import ArgumentParser
internal import Foundation
internal import LiveMigration

struct PrintMetrics: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Print figures of all plans for Prometheus.",
    discussion: """
      Example: metrics --file /var/lib/node_exporter/djogi.prom

      With --file the file is replaced as a whole, so that no reader meets half of it.
      """)

  static let ownOptions = ["--file": true]

  @Option(
    help: ArgumentHelp("Write them into this file.", valueName: "file"), completion: .file())
  var file: String?
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    let metrics = try await session.engine(place.workspace).metrics()
    let report = MetricsReport(metrics: metrics, database: session.database)
    guard let file else { return session.output.report(report) }
    try Self.replace(file, with: report.text(TextLook()))
  }

  /// Writes a file beside the old one, and puts it in its place.
  private static func replace(_ path: String, with text: String) throws(Refusal) {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
      // The collector that reads it runs as another user.
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    } catch {
      let reason = (error as? CocoaError)?.underlying ?? error
      throw .unwritableFile(path, reason: "\(reason.localizedDescription)")
    }
  }
}
