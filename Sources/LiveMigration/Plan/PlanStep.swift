public import Postgres
internal import SchemaChange

/// One step of a plan.
public struct PlanStep: Sendable, Hashable {
  /// The step's position, 0 for the first.
  public var ordinal: Int
  /// Its kind: when it runs, and what it waits for.
  public var kind: StepKind
  /// What it does.
  public var body: StepBody

  /// Makes a step; a body of another shape than its kind has cannot be written.
  public init(ordinal: Int, kind: StepKind, body: StepBody) {
    self.ordinal = ordinal
    self.kind = kind
    self.body = body
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

extension StepKind {
  /// The shape of the bodies of such steps.
  public enum Shape: Sendable { case segments, hooks, backfills, gates, approval }

  /// The shape of the bodies of such steps.
  public var shape: Shape {
    switch self {
    case .expandSchema, .finalizeConstraints, .cleanupLegacyState, .runReversibleSchemaOp:
      .segments
    case .beginCompatibilityWindow: .hooks
    case .backfillChunked: .backfills
    case .validateBackfill: .gates
    case .cutoverReads, .cutoverWrites: .approval
    }
  }
}

/// What a step does, by its shape.
public enum StepBody: Sendable, Hashable {
  case segments([Segment])
  case hooks([Hook])
  case backfills([TableBackfill])
  case gates([GateQuery])
  /// The operator's word, with the statements that it stands for, and what the plan's hooks change with it.
  case approval([PlannedStatement] = [])
}

extension StepBody {
  /// How many pieces it is done in, each with a position of its own.
  public var pieceCount: Int {
    switch self {
    case .segments(let segments): segments.count
    case .hooks(let hooks): hooks.count
    case .backfills(let backfills): backfills.count
    case .gates, .approval: 1
    }
  }

  /// The segments; each hook is installed as one.
  public var segments: [Segment] {
    switch self {
    case .segments(let segments): segments
    case .hooks(let hooks): hooks.map(\.installation)
    case .backfills, .gates, .approval: []
    }
  }

  /// The hooks that it opens.
  public var hooks: [Hook] { if case .hooks(let hooks) = self { hooks } else { [] } }

  /// The tables that it fills.
  public var backfills: [TableBackfill] {
    if case .backfills(let backfills) = self { backfills } else { [] }
  }

  /// What it asks.
  public var gates: [GateQuery] { if case .gates(let gates) = self { gates } else { [] } }

  /// What the operator's word does.
  public var approval: [PlannedStatement] {
    if case .approval(let statements) = self { statements } else { [] }
  }
}

extension PlanStep {
  /// What takes back each piece, in the order in which the pieces were done; none once the clean-up has run.
  var undo: [[PlannedStatement]] {
    kind == .cleanupLegacyState ? [] : body.segments.map(\.undo)
  }

  /// Whether it drops or empties something.
  var isDestructive: Bool {
    switch kind {
    case .cleanupLegacyState: true
    case .runReversibleSchemaOp: body.segments.flatMap(\.statements).contains(where: \.destroys)
    default: false
    }
  }

  /// Whether a piece may have left something although its end was not recorded.
  ///
  /// What is done in a transaction is done together with the move to the next place; what is not done must not be
  /// undone, for it may have been done since for another reason.
  func mayHaveBegun(at piece: Int) -> Bool {
    guard kind != .cleanupLegacyState, body.segments.indices.contains(piece) else { return false }
    return !body.segments[piece].work.isTransactional
  }
}

extension Hook {
  /// The transaction that opens it.
  var installation: Segment {
    Segment(
      purpose: "open the window on \(table).\(column)", work: .transactional(statements: install),
      undo: undo)
  }
}

extension LivePlan {
  /// The hooks that the plan opens.
  var hooks: [Hook] { steps.flatMap(\.body.hooks) }

  /// Whether the plan drops anything.
  public var isDestructive: Bool { steps.contains(where: \.isDestructive) }

  /// The steps of the window that a step belongs to: those after one clean-up, up to the next.
  func window(of step: Int) -> ArraySlice<PlanStep> {
    let first = steps[..<step].lastIndex { $0.kind == .cleanupLegacyState }.map { $0 + 1 } ?? 0
    let last = steps[step...].firstIndex { $0.kind == .cleanupLegacyState } ?? steps.count - 1
    return steps[first...last]
  }

  /// The hooks that the window of a step opens.
  func hooks(at step: Int) -> [Hook] { window(of: step).flatMap(\.body.hooks) }

  /// What must still be true of the rows when the window of a step closes.
  func gatesAskedAgain(at step: Int) -> [GateQuery] {
    window(of: step).flatMap(\.body.gates).filter(\.isAskedAgain)
  }

  /// What takes back each piece of a step.
  func undo(of step: Int) -> [[PlannedStatement]] {
    steps.indices.contains(step) ? steps[step].undo : []
  }

  /// The relations that statements lock.
  ///
  /// A block of code does not say what it locks: every table that the plan keeps in step or fills counts then.
  func relations(of statements: [PlannedStatement]) -> Set<QualifiedName> {
    var relations = Set(statements.flatMap(\.locks).map(\.relation))
    guard statements.contains(where: \.isOpaque) else { return relations }
    relations.formUnion(hooks.map(\.table))
    relations.formUnion(steps.flatMap(\.body.backfills).map(\.table))
    return relations
  }

  /// The relations that a step locks, or looks at.
  func relations(of step: Int) -> Set<QualifiedName> {
    guard steps.indices.contains(step) else { return [] }
    let body = steps[step].body
    var statements = body.segments.flatMap(\.statements) + body.approval
    if steps[step].kind == .cutoverWrites { statements += hooks(at: step).flatMap(\.preferShadow) }
    var relations = self.relations(of: statements)
    relations.formUnion(body.backfills.map(\.table))
    relations.formUnion(body.gates.flatMap(\.relations))
    return relations
  }
}
