internal import ArgumentParser
internal import LiveMigration
internal import Logging

struct RunDaemon: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "daemon",
    abstract: "Resume backfills whose session died.",
    discussion: """
      Example: daemon --poll-interval 1min --claim-stale-after 15min

      It drives such a plan to its first gate, asks the gate's questions and stops there. Paused \
      plans and plans at a gate are left alone. SIGTERM ends it at the next chunk with exit status 0.
      """)

  @Option(
    help: ArgumentHelp(
      "How long to wait between two looks: \(DurationOption.forms); 30s when not given.",
      valueName: "duration"), transform: DurationOption.reading(default: "30s"))
  var pollInterval: DurationOption?
  @Option(
    help: ArgumentHelp(
      "How long a plan must have made no progress; 10m when not given.", valueName: "duration"),
    transform: DurationOption.reading(default: "10m"))
  var claimStaleAfter: DurationOption?
  @Flag(help: "Allow a server on another machine.")
  var allowNonLocalhost = false
  @OptionGroup var place: WorkspaceOption

  func validate() throws {
    guard pollInterval.map({ $0.duration > .zero }) ?? true else {
      throw ValidationError("--poll-interval must be longer than 0")
    }
  }

  func run(in session: ShellSession) async throws {
    let context = try await session.context(place.workspace)
    if context.configuration.isProduction(environment: session.environment) {
      throw Refusal.daemonInProduction
    }
    let output = session.output
    let format = output.format
    var logger = Logger(label: "djogi-shell") { _ in DaemonLog(output: output, format: format) }
    logger[metadataKey: "database"] = "\(session.database)"
    output.giveRemarks(to: { [logger] in logger.take($0) })
    defer { output.giveRemarks(to: nil) }
    let supervisor = Supervisor(environment: session.environment)
    let daemon = Daemon(
      engine: context.engine,
      options: Daemon.Options(
        pollInterval: pollInterval?.duration ?? .seconds(30),
        claimStaleAfter: claimStaleAfter?.duration ?? .seconds(600),
        allowNonLocalhost: allowNonLocalhost),
      logger: logger, heartbeat: { supervisor.notify($0 ? "READY=1" : "WATCHDOG=1") })
    await session.takeSignalsAsTheEnd()
    let stop = StopFlag()
    // A signal cancels this task; the daemon's own goes on to its next safe point.
    try await withTaskCancellationHandler {
      try await Task { try await daemon.run(until: stop) }.value
    } onCancel: {
      supervisor.notify("STOPPING=1")
      stop.raise()
    }
  }
}
