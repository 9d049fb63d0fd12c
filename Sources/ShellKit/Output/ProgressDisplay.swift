internal import LiveMigration
internal import Synchronization

/// Tells how a plan gets on while a command drives it: a bar at a terminal, calm lines elsewhere.
final class ProgressDisplay: Sendable {
  private struct State: Sendable {
    var lastDrawn: ContinuousClock.Instant?
    var step: String?
    var ended = false
  }

  /// A bar is redrawn this often at most.
  private static let redraw = Duration.milliseconds(200)

  private let output: ConsoleOutput
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(_ output: ConsoleOutput) {
    self.output = output
  }

  /// Takes in what happened; called from any thread.
  func take(_ event: RunEvent) {
    let isMeasure = event.isMeasure
    let isDue = state.withLock { state in
      guard !state.ended else { return false }
      guard isMeasure else { return true }
      let now = ContinuousClock.now
      if let last = state.lastDrawn, now - last < pause(at: now) { return false }
      state.lastDrawn = now
      return true
    }
    guard isDue else { return }
    if output.format == .json { return output.message(event.object) }
    if case .backfill(_, let progress) = event { return show(progress) }
    // What was answered at once has been told by the question.
    if case .gate(_, let progress) = event, progress.seconds < 1 { return }
    guard let text = event.text else { return }
    output.message(output.errorStyle.text(Sanitised.text(text), .dim))
  }

  /// Takes the bar away; later events are dropped.
  func end() {
    state.withLock { $0.ended = true }
    output.stand([])
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
