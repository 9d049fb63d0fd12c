public import Foundation
internal import Synchronization

/// Makes plan identifiers that grow, whatever the clock does.
public final class PlanIDGenerator: Sendable {
  /// The node that the identifiers carry.
  public let node: Int

  private struct Last {
    var milliseconds: Int64 = -1
    var sequence = 0
  }
  private let last = Mutex(Last())

  /// Makes a generator for a node of 0 to 511.
  public init(node: Int) {
    precondition((0...PlanID.maximumNode).contains(node), "a node is 0 to 511")
    self.node = node
  }

  /// The next identifier, greater than every one before it.
  ///
  /// While the clock stands still or steps back, the last millisecond is kept and the sequence
  /// counts on; a full sequence borrows the next millisecond. The identifiers' time ends in 2095.
  public func next(now: Date = Date()) -> PlanID {
    let clock = Self.milliseconds(at: now)
    return last.withLock { last in
      if clock > last.milliseconds {
        last = Last(milliseconds: clock)
      } else if last.sequence < PlanID.maximumSequence {
        last.sequence += 1
      } else {
        precondition(last.milliseconds < PlanID.maximumMilliseconds, "plan identifiers ran out")
        last = Last(milliseconds: last.milliseconds + 1)
      }
      return PlanID(milliseconds: last.milliseconds, node: node, sequence: last.sequence)
    }
  }

  /// A time within what an identifier holds; a clock before 2026 counts as its first millisecond.
  private static func milliseconds(at now: Date) -> Int64 {
    let elapsed = (now.timeIntervalSince1970 * 1000).rounded() - Double(PlanID.epochMilliseconds)
    return Int64(min(max(elapsed, 0), Double(PlanID.maximumMilliseconds)))
  }

  /// The node that the environment's `NODE_ID` names, 0 when it names none.
  public static func node(
    fromEnvironment environment: [String: String]
  ) throws(PlanIDError) -> Int {
    guard let text = environment["NODE_ID"], !text.isEmpty else { return 0 }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard text.utf8.allSatisfy(digits.contains), let node = Int(text), node <= PlanID.maximumNode
    else { throw .badNode(text) }
    return node
  }
}

/// Why no plan identifier can be made.
public enum PlanIDError: Error, Hashable, Sendable, CustomStringConvertible {
  /// `NODE_ID` holds something else than a node's number.
  case badNode(String)

  /// The reason in one sentence.
  public var description: String {
    switch self {
    case .badNode(let text):
      "NODE_ID must be a whole number from 0 to \(PlanID.maximumNode), not \"\(text)\"."
    }
  }
}
