public import Postgres
public import SchemaChange

/// An immutable plan: what the plan file holds.
public struct LivePlan: Sendable, Hashable {
  /// What the plan is about.
  public var header: PlanHeader
  /// What it does, in order; never empty.
  public var steps: [PlanStep]
  /// The settings under which its statements run.
  public var session: PlanSession

  /// Makes a plan.
  public init(header: PlanHeader, steps: [PlanStep], session: PlanSession = PlanSession()) {
    self.header = header
    self.steps = steps
    self.session = session
  }
}

/// What a plan is about and where it came from.
public struct PlanHeader: Sendable, Hashable {
  /// The plan's identifier.
  public var planID: PlanID
  /// The migration's slug: `A-Za-z0-9_`.
  public var slug: String
  /// Why there is a plan.
  public var classification: PlanClassification
  /// The migration's version, slug included.
  public var originatingMigration: String
  /// The checksum of the migration file's bytes when the plan was made.
  public var sourceChecksum: Checksum
  /// The database that the plan is for: `main`, `crud_log`, `event_log`.
  public var targetDatabase: String
  /// The application, empty for `_global_`.
  public var appLabel: String

  /// The version of the file's format that this program writes and reads.
  public static let formatVersion = "1"

  /// Makes a header.
  public init(
    planID: PlanID, slug: String, classification: PlanClassification, originatingMigration: String,
    sourceChecksum: Checksum, targetDatabase: String, appLabel: String
  ) {
    self.planID = planID
    self.slug = slug
    self.classification = classification
    self.originatingMigration = originatingMigration
    self.sourceChecksum = sourceChecksum
    self.targetDatabase = targetDatabase
    self.appLabel = appLabel
  }
}

/// Why there is a plan.
public enum PlanClassification: String, Sendable, Hashable, Codable, CaseIterable {
  case expandContract = "expand_contract"
}

/// One step of a plan.
public struct PlanStep: Sendable, Hashable {
  /// The step's position, 0 for the first.
  public var ordinal: Int
  /// What it does.
  public var parameters: StepParameters

  /// Its kind.
  public var kind: StepKind { parameters.kind }

  /// Makes a step.
  public init(ordinal: Int, parameters: StepParameters) {
    self.ordinal = ordinal
    self.parameters = parameters
  }
}

/// The kinds of step, as the plan file and the plan's row write them.
public enum StepKind: String, Sendable, Hashable, Codable, CaseIterable, PostgresDecodable {
  case expandSchema = "expand_schema"
  case beginCompatibilityWindow = "begin_compatibility_window"
  case backfillChunked = "backfill_chunked"
  case validateBackfill = "validate_backfill"
  case cutoverReads = "cutover_reads"
  case cutoverWrites = "cutover_writes"
  case finalizeConstraints = "finalize_constraints"
  case cleanupLegacyState = "cleanup_legacy_state"
  case runReversibleSchemaOp = "run_reversible_schema_op"
}

/// What a step needs to know, by its kind.
public enum StepParameters: Sendable, Hashable {
  case expandSchema(segments: [Segment])
  case beginCompatibilityWindow(hooks: [Hook])
  case backfillChunked(backfills: [TableBackfill])
  case validateBackfill(gates: [GateQuery])
  case cutoverReads
  case cutoverWrites
  case finalizeConstraints(segments: [Segment])
  /// Runs in one transaction together with the plan's completion.
  case cleanupLegacyState(segments: [Segment])
  case runReversibleSchemaOp(segments: [Segment])

  /// The kind that these parameters belong to.
  public var kind: StepKind {
    switch self {
    case .expandSchema: .expandSchema
    case .beginCompatibilityWindow: .beginCompatibilityWindow
    case .backfillChunked: .backfillChunked
    case .validateBackfill: .validateBackfill
    case .cutoverReads: .cutoverReads
    case .cutoverWrites: .cutoverWrites
    case .finalizeConstraints: .finalizeConstraints
    case .cleanupLegacyState: .cleanupLegacyState
    case .runReversibleSchemaOp: .runReversibleSchemaOp
    }
  }

  /// How many pieces the step is done in, each with a position of its own.
  var pieceCount: Int {
    switch self {
    case .expandSchema(let segments), .finalizeConstraints(let segments),
      .cleanupLegacyState(let segments), .runReversibleSchemaOp(let segments):
      segments.count
    case .beginCompatibilityWindow(let hooks): hooks.count
    case .backfillChunked(let backfills): backfills.count
    case .validateBackfill, .cutoverReads, .cutoverWrites: 1
    }
  }
}

extension LivePlan {
  /// What must still be true of the rows when the plan finalizes.
  var gatesAskedAgain: [GateQuery] {
    steps.flatMap { step -> [GateQuery] in
      if case .validateBackfill(let gates) = step.parameters {
        gates.filter(\.isAskedAgain)
      } else {
        []
      }
    }
  }
}
