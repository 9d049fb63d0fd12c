import Foundation

/// Nonsense from a seed: bounded in the tests, longer with `DJOGI_FUZZ_FACTOR`, another with `DJOGI_FUZZ_SEED`.
package struct Fuzz: Sendable {
  /// The sequence that every choice comes from.
  package let random: RandomSource
  private let words: [String]

  /// - Parameter words: What the fuzzed grammar is made of.
  package init(seed: UInt64 = Fuzz.seed, part: Int = 0, words: [String] = []) {
    random = RandomSource(seed: seed, part: part)
    self.words = words
  }

  /// The seed of this run.
  package static let seed = variable("DJOGI_FUZZ_SEED").flatMap { UInt64($0) } ?? 1

  /// Runs `body` for a number of parts, each with choices of its own, and prints how many there were.
  package static func run(
    _ name: String, _ usual: Int, words: [String] = [], _ body: (Int, Fuzz) async throws -> Void
  ) async throws {
    let factor = variable("DJOGI_FUZZ_FACTOR").flatMap { Int($0) } ?? 1
    for part in 0..<usual * factor {
      do {
        try await body(part, Fuzz(part: part, words: words))
      } catch {
        throw FuzzFailure(description: "\(name), seed \(seed), part \(part): \(error)")
      }
    }
    print("fuzz: \(name): \(usual * factor) executions, seed \(seed)")
  }

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }

  // MARK: - Bytes

  /// Bytes without any sense.
  package func noise(_ most: Int) -> [UInt8] {
    (0..<random.int(below: most + 1)).map { _ in UInt8(truncatingIfNeeded: random.bits()) }
  }

  /// A text in which a few things are wrong.
  package func mutation(of text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<random.int(in: 1...6) { mutate(&bytes) }
    return bytes
  }

  private func mutate(_ bytes: inout [UInt8]) {
    let place = random.int(in: 0...bytes.count)
    let length = min(random.int(below: 40), bytes.count - place)
    let range = place..<place + length
    switch random.int(below: 8) {
    case 0: if place < bytes.count { bytes[place] ^= 1 << random.int(below: 8) }
    case 1: bytes.removeSubrange(range)
    case 2: bytes.insert(contentsOf: bytes[range], at: random.int(in: 0...bytes.count))
    case 3: bytes.insert(contentsOf: noise(6), at: place)
    case 4: bytes.insert(contentsOf: Array(word.utf8), at: place)
    case 5: bytes.replaceSubrange(range, with: Array(word.utf8))
    case 6: replaceNumber(&bytes, after: place)
    default: bytes.removeSubrange(place...)
    }
  }

  private func replaceNumber(_ bytes: inout [UInt8], after place: Int) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let start = bytes[place...].firstIndex(where: { digits.contains($0) }) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array(random.pick(Self.numbers).utf8))
  }

  // MARK: - Texts

  /// A piece of the grammar, or something that upsets many of them.
  package var word: String {
    words.isEmpty || random.chance(30) ? random.pick(Self.hostile) : random.pick(words)
  }

  /// A text that should never come from where it does.
  package var hostileText: String {
    (0..<random.int(in: 1...4)).map { _ in word }.joined(separator: random.pick(["", " ", "\n"]))
  }

  /// Numbers at the borders of types.
  package static let numbers = [
    "0", "-1", "1", "-0", "127", "128", "255", "256", "32768", "2147483647", "2147483648",
    "-2147483648", "4294967295", "4294967296", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808", "18446744073709551616", "1e308", "-1e308", "1e400", "0.1", "00", "1_0",
    "99999999999999999999999999999999999999",
  ]

  private static let hostile =
    numbers + [
      "'", "\"", "\\", "$$", "--", "/*", "*/", ";", "\u{0}", "\u{1B}[2J", "\u{1B}]0;title\u{7}",
      "\u{202E}gpj", "\u{FEFF}", "\u{200B}", "é", "e\u{301}", "日本", "👩‍👩‍👧", "../../etc/passwd",
      "/", "%s%n", "{", "}", "[", "]", ":", ",", "null", "true", "\n", "\r\n", "\t", " ",
      String(repeating: "A", count: 300), String(repeating: "[", count: 300), "\u{85}", "\u{7F}",
      "NaN", "Infinity", "<script>", "#", "=", "\u{FFFF}", "\u{10FFFF}",
    ]
}

/// Where a fuzzed program did what it must not.
package struct FuzzFailure: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}
