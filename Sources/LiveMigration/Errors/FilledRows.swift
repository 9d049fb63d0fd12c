/// How far a backfill has come, where a command leaves it.
public struct FilledRows: Sendable, Hashable, CustomStringConvertible {
  /// Rows changed so far.
  public var done: Int64
  /// The estimate of all rows at the start; `nil` while it is unknown.
  public var total: Int64?

  /// Of a plan that is in the middle of its backfill; `nil` for any other.
  init?(_ row: PlanRow) {
    guard row.currentStep == .backfillChunked, row.rowsDone > 0 else { return nil }
    (done, total) = (row.rowsDone, row.rowsTotal)
  }

  /// `95500 of about 300000 rows are filled`.
  public var description: String {
    total.map { "\(done) of about \($0) rows are filled" } ?? "\(done) rows are filled"
  }
}
