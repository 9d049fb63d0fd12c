internal import Postgres
internal import SchemaChange

/// Refuses to take away what an earlier statement of the file reads, row by row, while clients go on writing.
///
/// Directly both come in one transaction, or nearly. In a plan hours lie between: what clients write meanwhile is neither
/// copied nor kept. Once clients write to the new place, another migration can take the old one away.
struct CopiedRows: Sendable {
  /// The migration file's path, for messages.
  let file: String
  let study: Study

  /// What a change takes away, and an earlier statement in batches reads.
  struct TakenAway: Sendable {
    /// The statement's place among the changes.
    let cause: Int
    /// The change's.
    let drop: Int
    /// Why the file is refused where the statement cannot be run again before the drop.
    let refusal: EngineError
  }

  /// The largest tables that a statement is run over once more in the last transaction, under its locks, in rows.
  private static let mostRows: Int64 = 500_000

  /// What goes in the last transaction, so that the statement which reads it can be run once more before.
  ///
  /// - Throws: `EngineError.cannotStage` for the first change that takes away what an earlier one reads.
  func takenAway() throws(EngineError) -> [TakenAway] {
    var found: [TakenAway] = []
    for (index, verdict) in study.verdicts.enumerated() where !verdict.doesNothing {
      let lost = lost(by: verdict.change)
      guard !lost.isEmpty else { continue }
      for earlier in 0..<index where lost.contains(where: { reads(earlier, $0) }) {
        let taken = TakenAway(
          cause: earlier, drop: index, refusal: refusal(verdict.change, because: earlier))
        guard mayBeRunAgain(earlier), goesLast(verdict) else { throw taken.refusal }
        found.append(taken)
      }
    }
    return found
  }

  private func refusal(_ change: Change, because cause: Int) -> EngineError {
    let line = study.verdicts[cause].change.location.line
    let once =
      study.verdicts[cause].isInParts
      ? "; or write -- djogi:once above line \(line), if the rows of the start are all that will count"
      : ""
    return .cannotStage(
      file: file, change.location,
      reason:
        "line \(line) reads it before the plan has ended, and what clients write "
        + "meanwhile would be lost; put this into a migration after, once clients write to the new place\(once)",
      .dependsOnEarlier)
  }

  /// Whether a second run does nothing to what the first has done, and takes no longer than a swap may.
  private func mayBeRunAgain(_ index: Int) -> Bool {
    guard let conversion = study.conversions[index],
      conversion.condition != nil || conversion.remaining != nil
    else { return false }
    return study.verdicts[index].change.mentions.allSatisfy { name in
      // One that the file makes holds nothing yet; one whose size is not known counts as large.
      guard let table = study.facts.table(name) else { return true }
      return (table.estimatedRows ?? .max) <= Self.mostRows
    }
  }

  /// Whether a change is done in the last transaction.
  private func goesLast(_ verdict: Verdict) -> Bool {
    switch verdict.change.operation {
    case .dropColumn, .drop, .truncate: true
    default: false
    }
  }

  /// A column, or a table and its rows.
  private struct Lost {
    var table: UInt32
    var column: String?
  }

  private func lost(by change: Change) -> [Lost] {
    switch change.operation {
    case .dropColumn(let target, _):
      tables([target.table]).map { Lost(table: $0, column: target.column) }
    case .drop(let drop) where drop.objectType == .table:
      tables(drop.names).map { Lost(table: $0) }
    case .truncate(let names, _): tables(names).map { Lost(table: $0) }
    case .other(let other) where other.kind == .delete:
      tables([other.relation].compactMap(\.self)).map { Lost(table: $0) }
    default: []
    }
  }

  private func tables(_ names: [QualifiedName]) -> [UInt32] {
    names.compactMap { study.facts.table($0)?.oid }
  }

  /// Whether a change reads it and is not done in one moment.
  private func reads(_ index: Int, _ lost: Lost) -> Bool {
    let change = study.verdicts[index].change
    if change.isOnce { return false }
    guard study.verdicts[index].isInParts || change.operation.copiesTable,
      tables(Array(change.mentions)).contains(lost.table)
    else { return false }
    let written = tables([change.operation.writtenTable].compactMap(\.self))
    guard written.contains(lost.table) else { return true }
    // Of the table that it writes itself it reads no row but the one that it writes.
    return lost.column.map(study.effects[index].reads.contains) ?? false
  }
}

extension Verdict {
  /// Whether rows are written in batches.
  fileprivate var isInParts: Bool {
    switch classification {
    case .expandContract(.batchedUpdate), .expandContract(.batchedDelete),
      .expandContract(.batchedInsert):
      true
    default: false
    }
  }
}

extension SchemaOperation {
  /// Whether it makes a table of the rows of others.
  fileprivate var copiesTable: Bool {
    if case .createTable(let create) = self { create.isFilled } else { false }
  }

  fileprivate var writtenTable: QualifiedName? {
    if case .other(let other) = self { other.relation } else { nil }
  }
}
