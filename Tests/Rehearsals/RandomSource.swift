import Synchronization

/// Random choices that a seed repeats.
package final class RandomSource: Sendable {
  private let generator: Mutex<SplitMix>

  /// Starts a sequence; the same seed starts the same one.
  package init(seed: UInt64) {
    generator = Mutex(SplitMix(state: seed))
  }

  /// The sequence of one of many parts of a whole, such as a round of a run.
  package convenience init(seed: UInt64, part: Int) {
    var mixed = SplitMix(state: seed)
    self.init(seed: mixed.next() ^ (UInt64(bitPattern: Int64(part)) &* 0x9E37_79B9_7F4A_7C15))
  }

  /// A number of a range.
  package func int(in range: ClosedRange<Int>) -> Int {
    generator.withLock { Int.random(in: range, using: &$0) }
  }

  /// A number below a bound.
  package func int(below bound: Int) -> Int { int(in: 0...max(bound - 1, 0)) }

  /// `true` so many times in a hundred.
  package func chance(_ percent: Int) -> Bool { int(below: 100) < percent }

  /// One of several.
  package func pick<Element>(_ elements: [Element]) -> Element {
    elements[int(below: elements.count)]
  }

  /// Any eight bytes.
  package func bits() -> UInt64 { generator.withLock { $0.next() } }
}

/// The generator SplitMix64 of Steele, Lea and Flood (2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
