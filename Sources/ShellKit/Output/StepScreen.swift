internal import LiveMigration

/// A drive at a terminal: a line for each step that is done, and below it what goes on now.
///
/// It is a value that turns events into lines; the display draws them.
struct StepScreen {
  /// How a step ended for this drive.
  enum End: Hashable {
    case done, gate, paused, failed

    fileprivate var mark: (sign: String, look: TerminalStyle.Look) {
      switch self {
      case .done: ("✓", .green)
      case .gate: ("■", .yellow)
      case .paused: ("‖", .yellow)
      case .failed: ("✗", .red)
      }
    }
  }

  private struct Step {
    var ordinal: Int
    var count: Int
    var title: String
    var start: ContinuousClock.Instant

    var number: String {
      let width = String(count).count * 2 + 1
      let text = "\(ordinal + 1)/\(count)"
      return String(repeating: " ", count: max(width - text.count, 0)) + text
    }
  }

  private var step: Step?
  private var kinds: [StepKind] = []
  private var purpose: String?
  private var waiting: String?
  private var progress: BackfillProgress?
  private var gate: GateProgress?
  private let style: TerminalStyle
  /// The terminal's columns, as they are now.
  var columns = 80

  init(style: TerminalStyle) { self.style = style }

  /// Takes in an event; returns the lines that stay on the screen because of it.
  mutating func take(_ event: RunEvent, at now: ContinuousClock.Instant = .now) -> [String] {
    switch event {
    case .began(let outline):
      kinds = outline.steps
      return [head(outline)]
    case .stepStarted(_, let kind, let ordinal, let count):
      // The next attempt begins with the same step.
      guard step?.ordinal != ordinal else { return [] }
      let done = end(.done, at: now)
      step = Step(ordinal: ordinal, count: count, title: kind.title, start: now)
      return done
    case .segment(_, let text):
      guard purpose != text else { return [] }
      // A way back has no steps, only pieces.
      let done = step == nil ? end(.done, at: now) : []
      forgetWork()
      purpose = text
      return done
    case .backfill(_, let measured):
      progress = measured
      if measured.waitingFor == nil { waiting = nil }
      return []
    case .gate(_, let asked):
      (gate, waiting) = (asked, nil)
      return []
    case .waiting(_, let reason):
      waiting = "waits for " + reason
      return []
    case .retrying(_, let attempt, let limit, _, let error, let blockers):
      let who =
        blockers.isEmpty
        ? "another try: " + error.summary : blockers.map(\.description).joined(separator: ", ")
      waiting = "waits (attempt \(attempt) of \(limit)) for " + who
      return []
    case .gateReached(_, _, let outcomes):
      return end(outcomes.allSatisfy(\.agrees) ? .gate : .failed, at: now)
    case .reconnected, .notice, .omitted:
      return event.text.map { [style.text(Sanitised.text($0), .dim)] } ?? []
    case .reminder: return []
    }
  }

  /// Which change, and how to stop it.
  private func head(_ outline: RunOutline) -> String {
    let hint = "Ctrl-C stops at a safe point"
    let name = Sanitised.text(outline.slug)
    let columns = Sanitised.text(outline.columns.map(\.text).joined(separator: ", "))
    let room = self.columns - 1 - DisplayWidth.of(name) - DisplayWidth.of(hint) - 4
    // Who knows the change needs the hint more.
    let what = columns.isEmpty || room < 8 ? "" : "  " + columns.truncated(to: room)
    let shown = room < -2 ? "" : "  " + hint
    return style.text(name.truncated(to: max(self.columns - 1, 1)), .bold) + what
      + style.text(shown, .dim)
  }

  /// The steps after the current one, as far as there is room.
  private var ahead: [String] {
    guard let step, step.ordinal + 1 < kinds.count else { return [] }
    let later = kinds.indices.dropFirst(step.ordinal + 1).map { index in
      "\(index + 1)/\(kinds.count) \(kinds[index].title)"
    }
    let text = (" " + later.joined(separator: "  ")).truncated(to: max(columns - 1, 1))
    return [style.text(text, .dim)]
  }

  /// Ends the step that is current, or the piece where there are no steps; returns its line.
  mutating func end(_ end: End, at now: ContinuousClock.Instant = .now) -> [String] {
    let (sign, look) = end.mark
    defer {
      step = nil
      forgetWork()
    }
    guard let step else {
      guard let purpose else { return [] }
      let text = Sanitised.text(purpose).truncated(to: max(columns - 4, 1))
      return [" \(style.text(sign, look)) \(text)"]
    }
    let time = DurationText.text(.milliseconds((now - step.start) / .milliseconds(1)))
    let width = max(min(columns - step.number.count - time.count - 6, 28), 1)
    let title = step.title.truncated(to: width).padded(to: width)
    return [" \(step.number) \(style.text(sign, look)) \(title) \(time)"]
  }

  private mutating func forgetWork() {
    (purpose, waiting, progress, gate) = (nil, nil, nil, nil)
  }

  /// The lines below: the current step, and what it is at.
  var standing: [String] {
    let room = max(columns - 1, 1)
    let number = step.map { $0.number + " " } ?? ""
    let indent = String(repeating: " ", count: number.count + 3)
    var lines: [String] = []
    if let title = step?.title ?? purpose.map({ Sanitised.text($0) }) {
      let head = " \(number)▸ \(title)"
      lines.append(
        DisplayWidth.of(head) <= room ? style.text(head, .bold) : head.truncated(to: room))
    }
    if let progress {
      // A wait has a line of its own.
      var measured = progress
      measured.waitingFor = nil
      lines += ProgressText.block(measured, columns: columns - indent.count, style: style)
        .map { indent + $0 }
    } else if let gate {
      lines.append((indent + GateText.line(gate)).truncated(to: room))
    } else if let purpose, step != nil {
      lines.append((indent + Sanitised.text(purpose)).truncated(to: room))
    }
    if let waiting {
      let text = (indent + Sanitised.text(waiting)).truncated(to: room)
      lines.append(style.text(text, .yellow))
    }
    return lines + ahead
  }
}
