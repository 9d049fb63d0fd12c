/// What `finalize --keep` does in place of the last transaction, and what takes that back or ends it.
///
/// The legacy columns stay under names of the plan's own, and a trigger gives them what clients write to the columns
/// that took their places.
public struct KeptShape: Sendable, Hashable, Codable {
  /// What is made before the swap: each may be done again, and be taken back although it was never done.
  public var preparation: [Segment]
  /// The swap, in place of the one that drops what is legacy.
  public var swap: Segment
  /// The pieces of the way back, in order.
  public var wayBack: [Segment]
  /// Which of them swaps back, 0 for the first: the old shape is there again once it is done.
  public var swapsBackAt: Int
  /// The step that the plan stands at once all are done, 0 for the first.
  public var returnsTo: Int
  /// What gives the old shape up.
  public var retirement: Segment
  /// Finds rows whose new value the old shape does not hold.
  public var unheld: [GateQuery]

  /// Makes one of its parts.
  public init(
    preparation: [Segment], swap: Segment, wayBack: [Segment], swapsBackAt: Int, returnsTo: Int,
    retirement: Segment, unheld: [GateQuery]
  ) {
    self.preparation = preparation
    self.swap = swap
    self.wayBack = wayBack
    self.swapsBackAt = swapsBackAt
    self.returnsTo = returnsTo
    self.retirement = retirement
    self.unheld = unheld
  }
}

/// Whether a plan can keep the old shape after its swap.
public enum Keeping: Sendable, Hashable {
  case possible(KeptShape)
  /// It cannot, for a reason in a sentence.
  case refused(String)

  /// How it is kept; `nil` where it cannot be.
  public var shape: KeptShape? { if case .possible(let shape) = self { shape } else { nil } }

  /// The same in a plan whose window begins with a later step.
  func beginning(at step: Int) -> Keeping {
    guard case .possible(var shape) = self else { return self }
    shape.returnsTo += step
    return .possible(shape)
  }
}
