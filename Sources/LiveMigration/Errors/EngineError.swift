public import Postgres
public import SchemaChange

/// Why a command on a plan was refused or failed.
///
/// `isDestructive` tells whether the plan's next line needs the permission to destroy.
public enum EngineError: Error, Sendable {
  // Refused before anything was done.
  case serverTooOld(String)
  case pooled
  case standby
  case noSuchPlan(PlanID)
  case statusConflict(
    PlanID, PlanStatus, PlanCommand, Admission.Advice, Gate?, isDestructive: Bool = false)
  case heldElsewhere(PlanID, PlanHolder?)
  /// A migration is about a table that another application's plan is changing.
  case tableInPlan(QualifiedName, PlanID, PlanStatus, isDestructive: Bool)
  case planFileMissing(PlanID, path: String)
  case planFileChanged(PlanID, path: String, recorded: Checksum, found: Checksum)
  case planFileUnreadable(PlanID, reason: String)
  case sourceChanged(
    PlanID, PlanCommand, version: String, reason: String, approvals: Set<Gate> = [])
  case destructive(PlanID, PlanCommand, approvals: Set<Gate> = [])
  case malformedRow(String, String)
  case missingPrivilege(String)
  case daemonRefused(String)
  /// The ledger's tables cannot be used, or say that the command must not be done.
  case ledger(LedgerError)

  // Refused to plan, apply or revert.
  case unfinishedPlan(PlanID, PlanStatus, isDestructive: Bool = false)
  /// Of a plan of the same application some is undone and some is not.
  case halfReverted(PlanID)
  /// What the plan once added may by now be what its migration added in another way.
  case migrationApplied(PlanID, version: String)
  case noSuchMigration(String)
  case ambiguousMigration(String, apps: [String])
  case alreadyApplied(String)
  case unreadable([MigrationSyntaxError])
  case emptyMigration(String)
  case offlineOnly(file: String, [Verdict])
  case needsLivePlan(file: String, version: String)
  case destructiveMigration(version: String, [Verdict])
  /// A migration holds statements that cannot be looked into, and nobody has allowed them for this run.
  case opaqueMigration(version: String, [Verdict])
  case changedHalfway(version: String, statements: Int)
  case bucketBusy(String, String)
  /// Somebody keeps readers from the tables of the migration.
  case tablesLocked(PostgresError, blockers: [Blocker])
  /// Transient errors outlasted every retry; the statements before it are applied.
  case notApplied(version: String, statement: Int, PostgresError, blockers: [Blocker])
  case cannotStage(file: String, SourceLocation, reason: String, RuleID = .cannotBeStaged)
  /// On a copy, the plan did not end as a direct run of the file did; `kept` is the folder with both ends.
  case proofDiffers(file: String, differences: [String], kept: String?)
  /// On a copy, the server refuses the file itself, whatever rows there are.
  case directRunRefused(file: String, SourceLocation, ServerError)

  // Came to a stop while a plan was driven.
  /// A stranger kept the plan's row from the command; nothing was changed.
  case notBegun(PlanRow, PlanCommand, PostgresError, blockers: [Blocker], isDestructive: Bool)
  case gateDisagreed(PlanID, Gate, [GateOutcome], isDestructive: Bool = false)
  /// The data refuses a statement; the plan waits where it is.
  case dataRefused(
    PlanID, PlanStatus, StepKind, ServerError, keys: [String], isDestructive: Bool = false)
  /// Transient errors outlasted every retry; the plan is where it was.
  case retriesSpent(
    PlanID, PlanCommand, StepKind, attempts: Int, PostgresError, blockers: [Blocker],
    isDestructive: Bool = false)
  /// Nothing that waits or mends can help; the plan has failed.
  case stepFailed(PlanID, StepKind, ServerError)
  /// Somebody else moved the plan, which the lock should have prevented.
  case movedElsewhere(PlanID)
  /// The operator stopped it; the plan was left at a safe point, paused or at the gate where it was.
  ///
  /// Without a status nobody could be asked which.
  case interrupted(PlanID, PlanStatus? = nil, Gate? = nil, isDestructive: Bool = false)
  /// The operator stopped its way back; some is undone and some is not.
  case revertInterrupted(PlanID)

  /// A Boolean value telling whether a daemon must not work here at all; a standby may become a primary any time.
  var isDaemonRefusal: Bool {
    switch self {
    case .daemonRefused, .serverTooOld, .pooled: true
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
    case .unreadable, .offlineOnly, .cannotStage, .proofDiffers, .directRunRefused: .classification
    case .gateDisagreed: .validation
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

/// A session that stands in the way of a lock.
public struct Blocker: Sendable, Hashable {
  /// Its server process; 0 for a prepared transaction, which has none.
  public var pid: Int
  /// The name of a prepared transaction (manual, PREPARE TRANSACTION); `nil` for a session.
  public var prepared: String?
  /// Its `application_name`.
  public var applicationName: String
  /// How long its transaction has been open, in seconds.
  public var age: Double
  /// What it does: `active`, `idle in transaction`.
  public var state: String
  /// The first words of its statement.
  public var statement: String
}

/// What a gate query answered.
public struct GateOutcome: Sendable, Hashable {
  /// The query's name.
  public var name: String
  /// The value that it must return.
  public var expected: Int64
  /// The value that it returned; `nil` when the server refused the query.
  public var found: Int64?
  /// The server's refusal.
  public var error: ServerError?
  /// A few offending rows.
  public var sample: [String]

  /// A Boolean value telling whether the data agrees.
  public var agrees: Bool { found == expected }
}
