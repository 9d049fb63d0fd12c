public import Postgres

/// The engine of one database of one workspace: everything that can be done with plans.
///
/// It asks nothing and prints nothing: what happens is reported as values, what is refused as errors.
public actor LiveEngine {
  let workspace: Workspace
  let database: TargetDatabase
  let settings: LiveSettings
  /// Whether another tool's table gets a row of what is applied.
  let recordsForeign: Bool
  let ledger: PlanLedger
  let session: EngineSession
  let ids: PlanIDGenerator
  /// Where copies for proofs are made; `nil` where plans are not proved.
  let proofMeans: ProofMeans?
  /// Tells people of plans; `nil` where the configuration names no way to.
  let notifier: PlanNotifier?

  /// Makes an engine; nothing is opened until something needs it.
  ///
  /// - Parameters:
  ///   - workspace: The folder with the migrations and the plan files.
  ///   - database: Which of the workspace's databases it is.
  ///   - settings: How plans are made and run.
  ///   - node: The node of new plan identifiers, `NODE_ID`.
  ///   - proofMeans: Where copies for proofs are made; plans are not proved without it.
  ///   - record: Where it is recorded that a migration is applied.
  ///   - notifier: Tells people of plans; nothing is told without it.
  ///   - onReconnected: Told of each session that takes a former one's place, by their server processes.
  ///   - connect: Opens a session with the database.
  public init(
    workspace: Workspace, database: TargetDatabase, settings: LiveSettings, node: Int,
    proofMeans: ProofMeans? = nil, record: MigrationSettings.Record = .own,
    notifier: PlanNotifier? = nil,
    onReconnected: @escaping @Sendable (_ former: Int32, _ new: Int32) -> Void = { _, _ in },
    connect: @escaping @Sendable () async throws -> PostgresConnection
  ) {
    self.workspace = workspace
    self.database = database
    self.settings = settings
    ledger = PlanLedger(schema: settings.ledgerSchema)
    session = EngineSession(connect: connect, onReconnected: onReconnected)
    ids = PlanIDGenerator(node: node)
    self.proofMeans = proofMeans
    self.notifier = notifier
    recordsForeign = record == .both
  }

  /// Where the migrations are.
  public nonisolated var place: MigrationPlace { workspace.place(for: database) }

  // MARK: - The session

  /// The open session, alive or not; `nil` before the first command that needs one.
  public var connectionIfOpen: PostgresConnection? { session.existing }

  /// The session, opened when there is none.
  ///
  /// - Throws: `EngineError.serverTooOld`, `.pooled`, `PostgresError`.
  public func connection() async throws -> PostgresConnection { try await session.connection() }

  /// Ends the session.
  public func disconnect() async { await session.close() }

  /// Where plans are read from.
  var source: PlanSource { PlanSource(workspace: workspace, ledger: ledger) }

  // MARK: - Looking

  /// Plans, newest first; finished ones only when they are asked for.
  public func list(
    statuses: Set<PlanStatus>?, all: Bool, limit: Int? = nil
  ) async throws -> [PlanRow] {
    try await ledger.rows(
      statuses: statuses ?? (all ? Set(PlanStatus.allCases) : PlanStatus.unfinished),
      database: database.rawValue, limit: limit, on: try await connection())
  }

  /// The audit trail of a plan, oldest first.
  public func history(_ id: PlanID) async throws -> [PlanEvent] {
    let connection = try await connection()
    _ = try await row(id, on: connection)
    return try await ledger.events(of: id, on: connection)
  }

  /// Plans for completion: those whose id starts with `prefix` and that a command would accept, newest first.
  public func plans(
    matching prefix: String, accepting command: PlanCommand?, limit: Int
  ) async throws -> [PlanRow] {
    func accepts(_ status: PlanStatus, _ isKept: Bool) -> Bool {
      guard let command else { return true }
      // A plan at a gate accepts `run` with the gate's name.
      let gates: Set<Gate> = Set(Gate.allCases)
      return Admission.accepts(
        command, in: status, at: .validate, approving: gates, isKept: isKept)
    }
    let accepted = PlanStatus.allCases.filter { accepts($0, false) || accepts($0, true) }
    return try await ledger.rows(
      startingWith: prefix, statuses: Set(accepted), database: database.rawValue, limit: limit,
      on: try await connection()
    ).filter { accepts($0.status, $0.kept != nil) }
  }

  /// Plans of a migration's slug, newest first.
  public func plans(slug: String, limit: Int) async throws -> [PlanRow] {
    try await ledger.rows(
      slug: slug, database: database.rawValue, limit: limit, on: try await connection())
  }

  /// Plans whose id ends with some digits, those that have not ended first.
  public func plans(endingWith digits: String, limit: Int) async throws -> [PlanRow] {
    try await ledger.rows(
      endingWith: digits, database: database.rawValue, limit: limit, on: try await connection())
  }

  /// A plan file, its state, its hooks and its holder.
  public func show(_ id: PlanID) async throws -> PlanDetail {
    let connection = try await connection()
    let row = try await row(id, on: connection)
    let (file, remark) = try await fileState(row, on: connection)
    let holder = try await PlanLock.holder(of: id, on: connection)
    return PlanDetail(
      row: row, file: file, fileRemark: remark, holder: holder?.paired(with: row.claim),
      next: NextStep(
        try await situation(of: row, file, isDriven: holder != nil, on: connection)),
      progress: row.progress(isDriven: holder != nil),
      gateProgress: row.gateProgress(isDriven: holder != nil),
      proof: try await ledger.events(of: id, on: connection).first { $0.action == .planned }?
        .detail,
      firingTriggers: try await FiringTriggers.of(file.plan, settings: settings, on: connection),
      newValues: await NewValues.counted(file.plan, row, on: connection))
  }

  /// What is where the plan file must be, once a lost one is written again, and what to say of that.
  private func fileState(
    _ row: PlanRow, on connection: PostgresConnection
  ) async throws -> (PlanDetail.FileState, remark: String?) {
    do {
      let found = try await source.read(row, on: connection)
      return (.intact(found.file), found.remark)
    } catch let error as PlanFileError {
      return (PlanDetail.FileState(error, row, in: workspace), nil)
    } catch EngineError.ledger(let error) {
      return (PlanDetail.FileState.read(row, in: workspace), error.description)
    }
  }

  /// What comes next for a plan that no session drives.
  func next(
    for row: PlanRow, after repair: NextStep.Repair? = nil, on connection: PostgresConnection
  ) async throws -> NextStep? {
    let file = PlanDetail.FileState.read(row, in: workspace)
    // A command that needs it writes it again from the ledger's copy.
    var copy: LivePlan?
    if case .missing = file { copy = try await source.glance(row, on: connection) }
    return NextStep(
      try await situation(of: row, file, copy: copy, on: connection), after: repair)
  }

  /// What decides what comes next for a plan.
  func situation(
    of row: PlanRow, _ file: PlanDetail.FileState, copy: LivePlan? = nil, isDriven: Bool = false,
    on connection: PostgresConnection
  ) async throws -> PlanSituation {
    let plan = file.plan ?? copy
    var situation = PlanSituation(
      row.planID, row.status, at: row.waitingGate, isDestructive: plan?.isDestructive ?? false,
      isDriven: isDriven, fileProblem: copy == nil ? file.problem : nil,
      leavesObjects: try await leavesObjects(row, plan, on: connection))
    situation.isKept = row.kept != nil
    return situation
  }

  /// Whether what a plan added is still there although it has ended.
  func leavesObjects(
    _ row: PlanRow, _ plan: LivePlan?, on connection: PostgresConnection
  ) async throws -> Bool {
    guard row.status == .abandoned || row.status == .failed else { return false }
    switch row.revertState {
    case .done: return false
    case .begun: return true
    case .none:
      let hasStarted = row.startedAt != nil
      return plan?.leavesObjects(at: row.position, hasStarted: hasStarted) ?? hasStarted
    }
  }

  func row(_ id: PlanID, on connection: PostgresConnection) async throws -> PlanRow {
    guard let row = try await ledger.row(id, on: connection) else {
      throw EngineError.noSuchPlan(id)
    }
    return row
  }
}
