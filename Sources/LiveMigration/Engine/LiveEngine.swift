public import Postgres
public import SchemaChange

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

/// Everything about one plan.
public struct PlanDetail: Sendable {
  /// Its state.
  public var row: PlanRow
  /// Its file.
  public var file: FileState
  /// What became of a file that was lost.
  public var fileRemark: String?
  /// The session that drives it.
  public var holder: PlanHolder?
  /// What to do next.
  public var next: NextStep?
  /// What its backfill last reported, as far as it is still true.
  public var progress: BackfillProgress?
  /// How far the questions of a gate are that are asked now.
  public var gateProgress: GateProgress?
  /// What is known of its end since it was made; `nil` for a plan of an older version.
  public var proof: String?
  /// Triggers of the application that will fire for backfilled rows.
  public var firingTriggers: [String]
  /// The rows with a value of the new shape that the old one does not hold; `nil` where that does not matter yet, or
  /// cannot be told within a moment.
  public var newValues: Int64?

  /// The gate that it waits at.
  public var waitingGate: Gate? { row.waitingGate }

  /// The hooks that are open.
  public var hooks: HookActivation? {
    row.kept == nil ? file.plan.map { HookActivation($0, at: row.position.step) } : nil
  }

  /// What was found where the plan file must be.
  public enum FileState: Sendable {
    case intact(PlanFile)
    case missing(path: String)
    case changed(path: String, found: Checksum)
    case unreadable(reason: String, PlanSituation.FileProblem)

    /// The plan, when the file is the one that was recorded.
    public var plan: LivePlan? {
      if case .intact(let file) = self { file.plan } else { nil }
    }

    static func read(_ row: PlanRow, in workspace: Workspace) -> FileState {
      do {
        return .intact(try PlanFile.read(row, in: workspace))
      } catch {
        return FileState(error, row, in: workspace)
      }
    }

    /// Why the file is of no use.
    var problem: PlanSituation.FileProblem? {
      switch self {
      case .intact: nil
      case .missing(let path), .changed(let path, _): .lost(path: path)
      case .unreadable(_, let problem): problem
      }
    }

    init(_ error: PlanFileError, _ row: PlanRow, in workspace: Workspace) {
      self =
        switch error {
        case .unavailable(.missing(let path)): .missing(path: path)
        case .changed(let path, _, let found): .changed(path: path, found: found)
        default:
          .unreadable(
            reason: error.description, PlanSituation.FileProblem(error, row, in: workspace))
        }
    }
  }
}

extension PlanSituation.FileProblem {
  /// What an error in reading a plan's file means.
  init(_ error: PlanFileError, _ row: PlanRow, in workspace: Workspace) {
    if case .unavailable(.unreadable(let path, _)) = error {
      self = .unreadable(path: path)
      return
    }
    let database = TargetDatabase(rawValue: row.targetDatabase)
    let path = database.flatMap {
      try? workspace.livePlanPath(planID: row.planID, slug: row.slug, database: $0)
    }
    self = path.map { .lost(path: $0) } ?? .unnamed
  }
}

extension PlanFile {
  /// Reads the file that belongs to a row.
  static func read(_ row: PlanRow, in workspace: Workspace) throws(PlanFileError) -> PlanFile {
    guard let database = TargetDatabase(rawValue: row.targetDatabase) else {
      throw .refused(
        .invalid(path: "target_database", reason: "must be a database's name"), file: nil)
    }
    return try read(
      planID: row.planID, slug: row.slug, database: database, in: workspace,
      recorded: row.planFileChecksum)
  }
}
