/// A live plan's identifier: a HeerId, a non-negative 64-bit integer that grows with time.
///
/// 41 bits of milliseconds since 2026-01-01 UTC, 9 bits of node and 13 bits of sequence. Written in decimal; a string in
/// JSON, because JavaScript's numbers end at 2^53.
public struct PlanID: RawRepresentable, Hashable, Sendable, Comparable {
  /// The number, never negative.
  public let rawValue: Int64

  /// Takes a number; `nil` when it is negative.
  public init?(rawValue: Int64) {
    guard rawValue >= 0 else { return nil }
    self.rawValue = rawValue
  }

  /// Older first.
  public static func < (left: PlanID, right: PlanID) -> Bool { left.rawValue < right.rawValue }
}
