public import Postgres
public import SchemaChange

/// Why a command on a plan was refused or failed.
///
/// ``next`` tells what to do about it. Where that depends on the plan, the error carries it.
public enum EngineError: Error, Sendable {
  // Refused before anything was done.
  case serverTooOld(String)
  case pooled
  /// The session's path puts schemas in front of `pg_catalog`.
  case catalogueShadowed([String])
  case standby
  case noSuchPlan(PlanID)
  case statusConflict(PlanID, PlanStatus, PlanCommand, Gate?, next: NextStep? = nil)
  case heldElsewhere(PlanID, PlanHolder?)
  /// A migration is about a table that another application's plan is changing.
  case tableInPlan(QualifiedName, PlanID, PlanStatus, next: NextStep?)
  case planFileMissing(PlanID, path: String)
  case planFileChanged(PlanID, path: String, recorded: Checksum, found: Checksum)
  case planFileUnreadable(PlanID, reason: String, next: NextStep?)
  case sourceChanged(
    PlanID, PlanCommand, version: String, reason: String, approvals: Set<Gate> = [])
  case destructive(PlanID, PlanCommand, approvals: Set<Gate> = [])
  /// Triggers would fire for backfilled rows that the role cannot silence.
  case triggersFire(PlanID, PlanCommand, [String], RunOptions)
  /// Code of the database writes a table by position whose columns change their order.
  case columnOrder(version: String, app: String, writers: [String])
  case malformedRow(String, String)
  case missingPrivilege(String)
  case daemonRefused(String)
  /// The ledger's tables cannot be used, or say that the command must not be done.
  case ledger(LedgerError)

  // Refused to plan, apply or revert.
  case unfinishedPlan(PlanID, PlanStatus, next: NextStep? = nil)
  /// A plan of the same application is half reverted.
  case halfReverted(PlanID)
  /// What the plan once added may by now be what its migration added in another way.
  case migrationApplied(PlanID, version: String)
  case noSuchMigration(String)
  /// The workspace has no such application.
  case noSuchApplication(String, known: [String])
  case ambiguousMigration(String, apps: [String])
  /// A number that several migrations of one application have.
  case ambiguousNumber(String, versions: [String])
  case alreadyApplied(String)
  case unreadable([MigrationSyntaxError])
  case emptyMigration(String)
  case offlineOnly(file: String, [Verdict])
  case needsLivePlan(file: String, version: String)
  case destructiveMigration(version: String, [Verdict])
  /// A migration holds statements that cannot be looked into, and they are not allowed for this run.
  case opaqueMigration(version: String, [Verdict])
  case changedHalfway(version: String, statements: Int)
  case bucketBusy(String, String)
  /// Another session keeps readers from the tables of the migration.
  case tablesLocked(PostgresError, blockers: [Blocker])
  /// Transient errors outlasted every retry; the statements before it are applied.
  case notApplied(version: String, statement: Int, PostgresError, blockers: [Blocker])
  case cannotStage(file: String, SourceLocation, reason: String, RuleID = .cannotBeStaged)
  /// On a copy, the plan did not end as a direct run of the file did; `kept` is the folder with both ends.
  case proofDiffers(file: String, differences: [String], kept: String?)
  /// On a copy, the server refuses the file itself, whatever rows there are.
  case directRunRefused(file: String, SourceLocation, ServerError)

  /// No plan can show the tables in their new shape, for a reason that lies with the server.
  case newShapeRefused(String)
  /// A way back would throw away values that clients wrote to the new shape.
  ///
  /// `accepted` is the number that the operator named.
  case losesNewValues(
    PlanID, PlanCommand, rows: Int64, accepted: Int64?, keys: [String])

  /// The plan cannot keep the old shape, for a reason in a sentence; nothing was done.
  case cannotKeep(PlanID, String)

  // Came to a stop while a plan was driven.
  /// Another session kept the plan's row from the command; nothing was changed.
  case notBegun(PlanRow, PlanCommand, PostgresError, blockers: [Blocker], next: NextStep?)
  case gateDisagreed(PlanID, Gate, [GateOutcome], next: NextStep? = nil)
  /// The data refuses a statement; the plan waits where it is.
  case dataRefused(
    PlanID, PlanStatus, StepKind, ServerError, keys: [String], next: NextStep? = nil)
  /// Transient errors outlasted every retry; the plan is where it was.
  case retriesSpent(
    PlanID, PlanCommand, StepKind, attempts: Int, PostgresError, blockers: [Blocker],
    next: NextStep? = nil)
  /// Snapshots from before the end of the backfill outlasted `LiveSettings.snapshotWait`; the swap has not begun.
  case oldSnapshots(PlanID, [String], waited: Duration, next: NextStep? = nil)
  /// No retry and no repair of the data helps; the plan has failed.
  case stepFailed(PlanID, StepKind, ServerError)
  /// Another session moved the plan, which the lock should have prevented.
  case movedElsewhere(PlanID)
  /// The operator stopped it; the plan was left at a safe point, paused or at the gate where it was.
  ///
  /// Without a status no server could be asked for it.
  case interrupted(
    PlanID, PlanStatus? = nil, Gate? = nil, rows: FilledRows? = nil, next: NextStep? = nil)
  /// The operator stopped a revert; it is half done.
  case revertInterrupted(PlanID)

  /// A Boolean value telling whether a daemon must not work here at all; a standby may become a primary any time.
  var isDaemonRefusal: Bool {
    switch self {
    case .daemonRefused, .serverTooOld, .pooled, .catalogueShadowed: true
    default: false
    }
  }

  /// The kinds of failure, which exit codes follow from.
  public enum Category: Sendable, Hashable, CaseIterable {
    case runtime, classification, validation, drift, conflict, interrupted
  }

  /// The error's kind.
  public var category: Category {
    switch self {
    case .unreadable, .offlineOnly, .cannotStage, .proofDiffers, .directRunRefused,
      .newShapeRefused:
      .classification
    case .gateDisagreed, .losesNewValues: .validation
    // A gate's question before anything is done.
    case .dataRefused(_, _, .expandSchema, let error, _, _) where error.sqlState == .checkViolation:
      .validation
    case .planFileChanged: .drift
    case .statusConflict, .heldElsewhere, .tableInPlan, .unfinishedPlan, .movedElsewhere,
      .bucketBusy,
      .halfReverted, .migrationApplied:
      .conflict
    case .interrupted, .revertInterrupted: .interrupted
    case .ledger(let error): error.isConflict ? .conflict : .runtime
    default: .runtime
    }
  }
}
