internal import ArgumentParser
internal import Glibc
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

  /// Writes a file beside the old one, and puts it in its place once it is whole and may be read.
  ///
  /// The collector runs as another user. The mode is set through the descriptor: in a folder that others may write, the
  /// name could be another file's by then.
  private static func replace(_ path: String, with text: String) throws(Refusal) {
    let new = "\(path).\(getpid())"
    let descriptor = unsafe open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw unwritable(path) }
    do throws(Refusal) {
      defer { close(descriptor) }
      guard write(text, to: descriptor), fchmod(descriptor, 0o644) == 0, fsync(descriptor) == 0
      else { throw unwritable(path) }
      guard unsafe rename(new, path) == 0 else { throw unwritable(path) }
    } catch {
      unsafe unlink(new)
      throw error
    }
  }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func unwritable(_ path: String) -> Refusal {
    unsafe .unwritableFile(path, reason: String(cString: strerror(errno)))
  }
}
