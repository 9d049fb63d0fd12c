internal import Postgres

/// What one pattern adds to each phase of a plan; the composer merges the contributions in the migration's order.
struct PhaseContribution: Sendable, Hashable {
  /// Additive changes, before anything else.
  var expand: [Segment] = []
  /// Triggers that keep a legacy column and its shadow in step.
  var hooks: [Hook] = []
  /// Rows to be filled.
  var backfills: [TableBackfill] = []
  /// Indexes to be built once the rows are filled.
  var build: [Segment] = []
  /// Questions before the cut-over.
  var gates: [GateQuery] = []
  /// Constraints that hold now.
  var finalize: [Segment] = []
  /// Tables that the last transaction locks before it does anything.
  var locks: Set<QualifiedName> = []
  /// Statements of the last transaction, in order.
  var cleanup: [String] = []

  static func += (left: inout PhaseContribution, right: PhaseContribution) {
    left.expand += right.expand
    left.hooks += right.hooks
    left.backfills += right.backfills
    left.build += right.build
    left.gates += right.gates
    left.finalize += right.finalize
    left.locks.formUnion(right.locks)
    left.cleanup += right.cleanup
  }
}

extension Segment {
  /// One transaction.
  static func transaction(
    _ purpose: String, _ statements: [String], undo: [String] = []
  ) -> Segment {
    Segment(purpose: purpose, work: .transactional(statements: statements), undo: undo)
  }
}
