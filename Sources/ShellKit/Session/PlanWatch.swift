internal import LiveMigration

/// Looks at plans again and again until there is nothing more to see.
struct PlanWatch {
  let ids: [PlanID]
  /// How often to look; `nil` for what suits the output.
  let interval: Duration?
  let count: Int?
  let until: PlanStatus?
  let timeout: Duration?
  let output: ConsoleOutput

  private let clock = ContinuousClock()
  private var last: [PlanSnapshot] = []
  private var hasWarned = false
  private var lost = LostDrivers()

  init(
    ids: [PlanID], interval: Duration?, count: Int?, until: PlanStatus?, timeout: Duration?,
    output: ConsoleOutput
  ) {
    self.ids = ids
    self.interval = interval
    self.count = count
    self.until = until
    self.timeout = timeout
    self.output = output
  }

  /// Runs to the end of the watch.
  ///
  /// - Parameters:
  ///   - look: Looks at the plans.
  ///   - onLoss: Takes a running plan without a driver, once until it is driven again.
  /// - Throws: `Refusal.endedElsewhere` and `Refusal.timedOut`.
  mutating func run(
    _ look: ([PlanID]) async throws -> [PlanSnapshot], onLoss: (PlanSnapshot) async -> Void
  ) async throws {
    let start = clock.now
    var looks = 0
    while true {
      let snapshots = try await look(ids)
      last = snapshots
      looks += 1
      show(snapshots)
      for snapshot in lost.take(snapshots, at: clock.now) { await onLoss(snapshot) }
      if try isOver(snapshots) || looks == count { return end(snapshots) }
      warnOfGates(snapshots)
      // Without a status to wait for, there is no one left to tell.
      if until == nil, output.isClosed { return }
      let elapsed = clock.now - start
      if let timeout, elapsed >= timeout {
        output.stand([])
        throw Refusal.timedOut(wanted: until)
      }
      var pause = interval ?? usualPause(after: elapsed)
      if let timeout { pause = min(pause, timeout - elapsed) }
      try await Task.sleep(for: max(pause, .milliseconds(50)))
    }
  }

  private func usualPause(after elapsed: Duration) -> Duration {
    isRedrawn ? .seconds(2) : Cadence.pause(after: elapsed)
  }

  private var isRedrawn: Bool {
    output.format == .text && output.look.style.isMovable && output.errorStyle.isMovable
  }

  private func isOver(_ snapshots: [PlanSnapshot]) throws(Refusal) -> Bool {
    guard let until else { return snapshots.allSatisfy { $0.row.status.isTerminal } }
    for snapshot in snapshots where !snapshot.row.status.has(reached: until) {
      guard !snapshot.row.status.isTerminal else {
        output.stand([])
        throw .endedElsewhere(snapshot.row.planID, snapshot.row.status, wanted: until)
      }
    }
    return snapshots.allSatisfy { $0.row.status.has(reached: until) }
  }

  /// Says once that what is waited for waits for a word itself.
  private mutating func warnOfGates(_ snapshots: [PlanSnapshot]) {
    guard let until, !hasWarned else { return }
    let open = snapshots.filter { !$0.row.status.has(reached: until) }
    guard open.allSatisfy({ $0.gate != nil && !$0.isDriven }) else { return }
    hasWarned = true
    for snapshot in open {
      guard let gate = snapshot.gate else { continue }
      let name = output.line.names[snapshot.row.planID] ?? snapshot.row.slug
      output.notice(
        "\(name) waits at the gate \(gate.rawValue), and no session will pass it: see "
          + output.line.text(NextStep(.show(snapshot.row.planID))))
    }
  }

  private func show(_ snapshots: [PlanSnapshot]) {
    guard isRedrawn, let size = output.errorSize else {
      return output.report(SnapshotReport(snapshots: snapshots))
    }
    let look = TextLook(style: output.look.style, columns: size.columns, line: output.line)
    let lines = snapshots.flatMap { SnapshotReport.block($0, look) }
    output.stand(Array(lines.prefix(max(size.rows - 1, 1))))
  }

  /// Leaves what was seen last on the screen, where it was drawn.
  func leave() { end(last) }

  /// What was drawn last stays on the screen as the result.
  private func end(_ snapshots: [PlanSnapshot]) {
    guard isRedrawn else { return }
    output.stand([])
    output.report(SnapshotReport(snapshots: snapshots))
  }
}

extension PlanStatus {
  /// Whether a plan of this status has, or has had, the other one on its way.
  func has(reached other: PlanStatus) -> Bool {
    if self == other { return true }
    guard let mine = stage, let theirs = other.stage else { return false }
    return mine >= theirs
  }

  /// The place on the way from planning to completion; none for what lies beside it.
  private var stage: Int? {
    let way: [PlanStatus] = [.pending, .running, .validating, .cutover, .finalizing, .complete]
    return way.firstIndex(of: self)
  }
}
