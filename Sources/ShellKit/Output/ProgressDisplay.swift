internal import LiveMigration

/// Tells how a plan gets on while a command drives it: a bar at a terminal, calm lines elsewhere.
///
/// The engine puts its events into a buffer, which one task takes them out of; it takes the next only once the last is
/// written. So a reader who stops reading holds up this task alone, and sees the newest figures when it reads again.
struct ProgressDisplay: Sendable {
  private let events = RunEventBuffer()
  private let output: ConsoleOutput
  private let display: Task<Void, Never>

  init(_ output: ConsoleOutput) {
    self.output = output
    display = Task { [events] in
      var lines = ProgressLines(output)
      for await event in events {
        lines.take(event)
        await output.flushed()
      }
    }
  }

  /// Takes in what happened; called from any thread, and returns at once.
  func observe(_ event: RunEvent) { events.observe(event) }

  /// Waits until everything that happened is told, and takes the bar away.
  func end() async {
    events.finish()
    await display.value
    output.stand([])
  }
}

/// Makes lines of events, and draws no more of them than anyone reads.
private struct ProgressLines {
  /// A bar is redrawn this often at most.
  private static let redraw = Duration.milliseconds(200)

  private let output: ConsoleOutput
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?

  init(_ output: ConsoleOutput) {
    self.output = output
  }

  mutating func take(_ event: RunEvent) {
    guard !event.isMeasure || isDue() else { return }
    if output.format == .json { return output.message(event.object) }
    if case .backfill(_, let progress) = event { return show(progress) }
    // What was answered at once has been told by the question.
    if case .gate(_, let progress) = event, progress.seconds < 1 { return }
    guard let text = event.text else { return }
    output.message(output.errorStyle.text(Sanitised.text(text), .dim))
  }

  /// Whether a measure is worth a line now.
  private mutating func isDue() -> Bool {
    let now = ContinuousClock.now
    if let lastDrawn, now - lastDrawn < pause(at: now) { return false }
    lastDrawn = now
    return true
  }

  private func pause(at now: ContinuousClock.Instant) -> Duration {
    isMovable ? Self.redraw : Cadence.pause(after: now - start)
  }

  private var isMovable: Bool { output.errorStyle.isMovable && output.format == .text }

  private func show(_ progress: BackfillProgress) {
    guard isMovable, let size = output.errorSize else {
      return output.message(ProgressText.line(progress))
    }
    let lines = ProgressText.block(progress, columns: size.columns, style: output.errorStyle)
    output.stand(Array(lines.prefix(max(size.rows - 1, 1))))
  }
}

extension RunEvent {
  /// A Boolean value telling whether it is one of many that only differ in their figures.
  fileprivate var isMeasure: Bool {
    switch self {
    case .backfill: true
    case .gate(_, let progress): progress.fraction != 1
    default: false
    }
  }
}

/// How often a line is worth its place in a log.
enum Cadence {
  /// Every second in the first minute, then every 5 s, after ten minutes every 30 s.
  static func pause(after elapsed: Duration) -> Duration {
    switch elapsed {
    case ..<Duration.seconds(60): .seconds(1)
    case ..<Duration.seconds(600): .seconds(5)
    default: .seconds(30)
    }
  }
}
