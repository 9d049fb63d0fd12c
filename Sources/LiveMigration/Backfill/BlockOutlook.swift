/// How long is left, from the blocks that are left and how fast blocks are done.
///
/// A pass that only looks for what moved is much quicker than the one before it, so each has a rate of its own.
struct BlockOutlook: Sendable {
  /// Blocks of the leaves and tables that come after the current leaf.
  var later: Int64 = 0
  private var filling = SlidingRate()
  private var sweeping = SlidingRate()
  /// The last rate at which rows were filled, for when a long look lies between.
  private var lastFilling: Double?

  /// Takes in what a stride did: its part of a window's blocks.
  mutating func add(_ blocks: Double, isSweep: Bool, at now: ContinuousClock.Instant = .now) {
    if isSweep {
      sweeping.add(blocks, at: now)
    } else {
      filling.add(blocks, at: now)
      lastFilling = filling.perSecond(at: now) ?? lastFilling
    }
  }

  /// The same with rates that are measured afresh, as after a wait.
  var restarted: BlockOutlook {
    var outlook = self
    (outlook.filling, outlook.sweeping) = (SlidingRate(), SlidingRate())
    return outlook
  }

  /// The seconds left, at the rate of the whole span or of the last part of it; `nil` where too little is known.
  ///
  /// - Parameter blocks: What is left of the current pass.
  func secondsLeft(
    blocks: Int64, isSweep: Bool, at now: ContinuousClock.Instant = .now,
    within part: Duration? = nil
  ) -> Double? {
    let filled = filling.perSecond(at: now, within: part)
    guard isSweep else { return Self.seconds(blocks + later, filled) }
    guard let look = Self.seconds(blocks, sweeping.perSecond(at: now, within: part)),
      let rest = Self.seconds(later, filled ?? lastFilling)
    else { return nil }
    return look + rest
  }

  private static func seconds(_ blocks: Int64, _ perSecond: Double?) -> Double? {
    if blocks == 0 { return 0 }
    guard let perSecond, perSecond > 0 else { return nil }
    return Double(blocks) / perSecond
  }
}
