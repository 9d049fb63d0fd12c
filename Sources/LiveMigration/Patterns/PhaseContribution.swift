internal import Postgres

/// What one pattern adds to each phase of a plan; the composer merges the contributions in the migration's order.
struct PhaseContribution: Sendable, Hashable {
  /// Additive changes, before anything else.
  var expand: [Segment] = []
  /// Triggers that keep a legacy column and its shadow in step.
  var hooks: [Hook] = []
  /// Rows to be filled.
  var backfills: [TableBackfill] = []
  /// What makes the lists of rows that backfills take rows from, each right before its own.
  var lists: [QualifiedName: Segment] = [:]
  /// What ends each list.
  var listEnds: [QualifiedName: Segment] = [:]
  /// Questions before unique indexes are built.
  var buildGates: [GateQuery] = []
  /// Indexes to be built once the rows are filled.
  var build: [Segment] = []
  /// Unique indexes of columns that take others' places, built as late as can be: an upsert that asks the old index
  /// alone may trip over them.
  var lateBuild: [Segment] = []
  /// Questions before the cut-over.
  var gates: [GateQuery] = []
  /// Constraints that hold now.
  var finalize: [Segment] = []
  /// Tables that the last transaction locks before it does anything.
  var locks: Set<QualifiedName> = []
  /// Statements of the last transaction before all others: what binds two tables is taken off first.
  var detach: [String] = []
  /// Statements of the last transaction, in order.
  var cleanup: [String] = []

  static func += (left: inout PhaseContribution, right: PhaseContribution) {
    left.expand += right.expand
    left.hooks += right.hooks
    left.backfills += right.backfills
    left.lists.merge(right.lists) { $1 }
    left.listEnds.merge(right.listEnds) { $1 }
    left.buildGates += right.buildGates
    left.build += right.build
    left.lateBuild += right.lateBuild
    left.gates += right.gates
    left.finalize += right.finalize
    left.locks.formUnion(right.locks)
    left.detach += right.detach
    left.cleanup += right.cleanup
  }
}

extension [TableBackfill] {
  /// One backfill for each table: all its columns in a single pass.
  var merged: [TableBackfill] {
    reduce(into: []) { result, backfill in
      // A statement sees what those before it did, and is seen by those after it.
      let isOpen = !backfill.isStatement && !result.contains { $0.isStatement }
      guard isOpen, let index = result.firstIndex(where: { $0.table == backfill.table }) else {
        result.append(backfill)
        return
      }
      result[index].assignments += backfill.assignments
      result[index].condition = "(\(result[index].condition)) OR (\(backfill.condition))"
      result[index].inOrder = result[index].inOrder || backfill.inOrder
    }
  }
}
