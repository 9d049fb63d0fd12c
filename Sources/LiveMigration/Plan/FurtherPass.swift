/// What changes the rows that a statement chooses again: clients have written them since its batches went by.
public struct FurtherPass: Sendable, Hashable {
  /// What makes the list of the rows anew; nothing where no list is needed.
  public var listing: [PlannedStatement]
  /// What changes them.
  public var backfill: TableBackfill

  /// What ends the list; nothing where there is none.
  public var ending: [PlannedStatement]

  /// Makes a pass.
  public init(
    listing: [PlannedStatement] = [], backfill: TableBackfill, ending: [PlannedStatement] = []
  ) {
    self.listing = listing
    self.backfill = backfill
    self.ending = ending
  }
}
