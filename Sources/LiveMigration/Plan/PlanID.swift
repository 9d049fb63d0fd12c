public import Foundation

/// A live plan's identifier: a HeerId, a non-negative 64-bit integer that grows with time.
///
/// 41 bits of milliseconds since 2026-01-01 UTC, 9 bits of node and 13 bits of sequence. Written in
/// decimal; a string in JSON, because JavaScript's numbers end at 2^53.
public struct PlanID: RawRepresentable, Hashable, Sendable, Comparable {
  /// The number, never negative.
  public let rawValue: Int64

  /// Takes a number; `nil` when it is negative.
  public init?(rawValue: Int64) {
    guard rawValue >= 0 else { return nil }
    self.rawValue = rawValue
  }

  /// Puts an identifier together from parts that are in their ranges.
  init(milliseconds: Int64, node: Int, sequence: Int) {
    rawValue =
      milliseconds << (Self.nodeBits + Self.sequenceBits) | Int64(node) << Self.sequenceBits
      | Int64(sequence)
  }

  /// When the identifier was made, by the clock of the node that made it.
  public var timestamp: Date {
    Date(timeIntervalSince1970: Double(Self.epochMilliseconds + milliseconds) / 1000)
  }

  /// The node that made it, 0 to 511.
  public var node: Int { Int(rawValue >> Self.sequenceBits) & Self.maximumNode }

  /// Its place among those of the same node and millisecond, 0 to 8191.
  public var sequence: Int { Int(rawValue) & Self.maximumSequence }

  /// Milliseconds since the epoch.
  var milliseconds: Int64 { rawValue >> (Self.nodeBits + Self.sequenceBits) }

  /// Older first.
  public static func < (left: PlanID, right: PlanID) -> Bool { left.rawValue < right.rawValue }

  static let nodeBits = 9
  static let sequenceBits = 13
  static let maximumNode = 511
  static let maximumSequence = 8191
  static let maximumMilliseconds: Int64 = (1 << 41) - 1
  /// 2026-01-01 00:00:00 UTC, counted from 1970.
  static let epochMilliseconds: Int64 = 1_767_225_600_000
}

extension PlanID: LosslessStringConvertible {
  /// The number in decimal.
  public var description: String { String(rawValue) }

  /// Reads a number that is written the one way: decimal digits, no sign, no leading zero.
  public init?(_ text: String) {
    guard let number = Int64(text), number >= 0, String(number).utf8.elementsEqual(text.utf8)
    else { return nil }
    rawValue = number
  }
}
