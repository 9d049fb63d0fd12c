internal import Postgres

/// Looks around once a second: at what was tuned, at what pins the horizon, and whether to wait.
struct BackfillWatch: Sendable {
  let runner: PlanRunner
  let position: PlanRow.Position
  let board: BackfillBoard
  private var next = ContinuousClock.now
  private var nextWaiterLook = ContinuousClock.now
  private var wal: Int64?
  private var saidFruitless = false
  private var horizon = HorizonWatch()
  private var seesReplicas: Bool?

  private static let interval: Duration = .seconds(1)
  /// A session that has just come may be gone again at once.
  private static let secondLook: Duration = .milliseconds(200)

  init(runner: PlanRunner, position: PlanRow.Position, board: BackfillBoard) {
    self.runner = runner
    self.position = position
    self.board = board
  }

  /// A Boolean value telling whether the next chunk shall see who waits for it.
  mutating func isWaiterLookDue() -> Bool {
    guard ContinuousClock.now >= nextWaiterLook else { return false }
    nextWaiterLook = .now + .milliseconds(500)
    return true
  }

  /// Looks when it is time to, and returns when the backfill may go on.
  ///
  /// - Throws: `LeafChanged` when the leaf is no longer what its pass began with.
  mutating func look(on connection: PostgresConnection) async throws {
    guard ContinuousClock.now >= next else { return }
    try await takeTuning(on: connection)
    try await lookAtLeaf(on: connection)
    try await lookAtPrivileges(on: connection)
    try await lookAtHorizon(on: connection)
    try await waitIfNeeded(on: connection)
    try await countWAL(on: connection)
    next = .now + Self.interval
    try await lookAtClients(on: connection)
  }

  private func takeTuning(on connection: PostgresConnection) async throws {
    let tuning = try await runner.ledger.tuning(of: runner.id, on: connection)
    let settings = tuning.applied(to: runner.settings)
    board.take(settings)
    runner.onSettings(settings)
  }

  private func lookAtLeaf(on connection: PostgresConnection) async throws {
    let (cursor, name) = board.with { ($0.cursor, $0.progress.table) }
    guard let cursor else { return }
    let isUnchanged = try await Leaves.isUnchanged(
      cursor.leaf, name, cursor.fileNode, on: connection)
    if !isUnchanged { throw LeafChanged() }
  }

  /// A limit that the role cannot measure would hold nothing, and that would stay unseen.
  private mutating func lookAtPrivileges(on connection: PostgresConnection) async throws {
    var unseen: String?
    if board.with({ $0.settings.maxReplicationLag != nil }) {
      if seesReplicas == nil {
        seesReplicas = try await BackfillSurroundings.seesReplicas(on: connection)
      }
      unseen = seesReplicas == true ? nil : BackfillSurroundings.hiddenLag
    }
    let before = board.with { state in
      defer { state.progress.unseen = unseen }
      return state.progress.unseen
    }
    if let unseen, before == nil { say(unseen) }
  }

  private mutating func lookAtHorizon(on connection: PostgresConnection) async throws {
    let settings = board.with { $0.settings }
    let pinned = try await horizon.look(besides: board.with { $0.sessions }, on: connection)
    let (before, isFruitless) = board.with { state in
      let before = state.choice.pinnedBy
      state.choice.pinnedBy = pinned
      state.progress.pinnedBy = pinned
      return (before, state.choice.isFruitless)
    }
    if let pinned, before == nil, settings.strides > 1 {
      say("\(pinned): one pass over each window until it ends")
    } else if pinned == nil, before != nil, settings.strides > 1 {
      say("nothing pins the horizon any more: strides again")
    }
    if isFruitless, !saidFruitless {
      say("hardly any update stays on its page: one pass over each window for a while")
    }
    saidFruitless = isFruitless
  }

  private mutating func lookAtClients(on connection: PostgresConnection) async throws {
    let settings = board.with { $0.settings }
    let clients = try await BackfillSurroundings(settings: settings).clientsAtWork(on: connection)
    let areNew = board.with { state in
      let areNew = clients > 0 && state.clients == nil
      state.clients = clients > 0 ? clients : nil
      state.progress.easedFor = state.easedFor
      return areNew
    }
    if areNew { next = .now + Self.secondLook }
  }

  private func waitIfNeeded(on connection: PostgresConnection) async throws {
    while let reason = try await BackfillSurroundings(settings: board.with { $0.settings })
      .reasonToWait(on: connection)
    {
      let (isNew, state) = board.with { state in
        let isNew = state.reason != reason
        state.reason = reason
        state.progress.waitingFor = reason
        state.progress.stand()
        return (isNew, state.progress)
      }
      if isNew {
        runner.onEvent(.waiting(runner.id, reason))
        runner.onEvent(.backfill(runner.id, state))
      }
      try await runner.ledger.recordState(
        runner.id, at: position, state: try state.json(), on: connection)
      try await runner.checkForStop(on: connection)
      try await Task.sleep(for: .seconds(1))
      try await takeTuning(on: connection)
    }
    board.with { state in
      guard state.reason != nil else { return }
      state.reason = nil
      state.progress.waitingFor = nil
      (state.rate, state.outlook) = (SlidingRate(), state.outlook.restarted)
    }
  }

  private mutating func countWAL(on connection: PostgresConnection) async throws {
    let settings = board.with { $0.settings }
    let now = try await BackfillSurroundings(settings: settings).walPosition(on: connection)
    if let wal {
      board.with { $0.progress.walBytes = ($0.progress.walBytes ?? 0) + max(now - wal, 0) }
    }
    wal = now
  }

  private func say(_ text: String) { runner.onEvent(.notice(runner.id, text)) }
}
