internal import Postgres
internal import SchemaChange

/// Columns in which a sequence numbers the rows as they are stored.
///
/// A direct run numbers them in the order in which it finds them. A plan that has changed the rows before, in batches
/// or in an earlier window, finds them elsewhere: another row would get each number.
struct NumberedRows {
  let file: String
  let study: Study
  /// What the catalogue says where the part begins.
  let place: Study

  /// Refuses a part that numbers rows which the plan has moved before.
  ///
  /// - Parameters:
  ///   - steps: The steps of the part.
  ///   - range: The changes that it holds.
  ///   - earlier: The steps of the parts before it.
  /// - Throws: `EngineError.cannotStage`.
  func refuse(
    _ steps: [PlanStep], of range: Range<Int>, after earlier: [PlanStep]
  ) throws(EngineError) {
    let moved = Set(earlier.flatMap(\.body.backfills).map(\.table))
    for backfill in steps.flatMap(\.body.backfills) where backfill.inOrder && !backfill.isStatement
    {
      guard let index = range.first(where: { numbers(backfill.table, at: $0) }) else { continue }
      let update = study.verdicts[..<index].first { updates(backfill.table, $0) }
      guard update != nil || moved.contains(backfill.table) else { continue }
      let cause =
        update.map { "line \($0.change.location.line) changes" } ?? "an earlier line changes"
      throw .cannotStage(
        file: file, study.verdicts[index].change.location,
        reason:
          "a sequence numbers the rows as they are stored, and \(cause) where that is; put it into a "
          + "migration of its own, after this one", .dependsOnEarlier)
    }
  }

  /// Whether a change adds such a column to a table.
  private func numbers(_ table: QualifiedName, at index: Int) -> Bool {
    let verdict = study.verdicts[index]
    guard case .expandContract(.volatileDefault) = verdict.classification,
      case .addColumn(let add) = verdict.change.operation
    else { return false }
    return resolved(add.target.table) == table
  }

  /// Whether a change updates rows of a table in batches.
  private func updates(_ table: QualifiedName, _ verdict: Verdict) -> Bool {
    guard case .expandContract(.batchedUpdate) = verdict.classification,
      case .other(let other) = verdict.change.operation, let relation = other.relation
    else { return false }
    return resolved(relation) == table
  }

  private func resolved(_ name: QualifiedName) -> QualifiedName {
    place.facts.table(name)?.name ?? study.facts.table(name)?.name ?? name
  }
}
