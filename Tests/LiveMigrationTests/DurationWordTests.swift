import LiveMigration
import Testing

@Suite("Durations as they are typed")
struct DurationWordTests {
  private static let words: [(String, Duration)] = [
    ("0s", .zero), ("90s", .seconds(90)), ("2m", .seconds(120)), ("15min", .seconds(900)),
    (" 2h\t", .seconds(7200)), ("007d", .seconds(604_800)), ("5ms", .milliseconds(5)),
    ("36500d", .seconds(36_500 * 86_400)),
  ]

  @Test(arguments: words)
  func `A duration is digits and one unit`(word: String, expected: Duration) throws {
    #expect(try DurationWord.parse(word) == expected)
  }

  @Test(arguments: [
    "", " ", "5", "s", "5 s", "1h30m", "-5s", "+5s", "1.5h", "5S", "5sec", "5us", "٣s", "5s5",
    "1e3s", "5s\u{301}",
  ])
  func `Anything else is no duration`(word: String) {
    #expect(throws: DurationError.malformed(word)) { try DurationWord.parse(word) }
  }

  @Test(arguments: [
    "9223372036854775808s", "153722867280912931m", "99999999999999999999d", "36501d",
    "3153600000001ms", "9223372036854775807ms",
  ])
  func `A duration that overflows, or that no server reckons with, is too large`(word: String) {
    #expect(throws: DurationError.tooLarge(word)) { try DurationWord.parse(word) }
  }

  @Test
  func `The error says what a duration looks like`() {
    #expect(
      DurationError.malformed("5x").description
        == "invalid duration '5x': digits and one unit of ms, s, m, min, h, d, as in 30s or 15min")
  }
}
