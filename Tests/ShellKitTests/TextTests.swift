import Testing

@testable import ShellKit

@Suite("Text made safe and measured")
struct TextTests {
  private static let spellings: [(String, String)] = [
    ("plain é 表 👩‍👧", "plain é 表 👩‍👧"),
    ("\u{1B}[31m\u{07}\u{00}\u{7F}", "\\x1b[31m\\x07\\x00\\x7f"),
    ("a\tb\nc\r\n", "a\\tb\\nc\\r\\n"),
    ("\u{85}\u{9B}", "<U+0085><U+009B>"),
    (
      "\u{202A}\u{202E}\u{2066}\u{2069}\u{200E}\u{200F}",
      "<U+202A><U+202E><U+2066><U+2069><U+200E><U+200F>"
    ),
    ("\u{FEFF}\u{2028}\u{61C}\u{200B}", "<U+FEFF><U+2028><U+061C><U+200B>"),
  ]

  @Test(arguments: spellings)
  func `What steers or hides is spelled out`(text: String, expected: String) {
    #expect(Sanitised.text(text) == expected)
    #expect(Sanitised.text(bytes: text.utf8) == expected)
    #expect(Sanitised.text(expected) == expected)
  }

  @Test
  func `Bytes that are not UTF-8 are spelled out one by one`() {
    let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0xA9, 0xC3, 0x28, 0xE2, 0x82, 0xED, 0xA0, 0x80, 0x1B]
    #expect(Sanitised.text(bytes: bytes) == "a\\xffé\\xc3(\\xe2\\x82\\xed\\xa0\\x80\\x1b")
    #expect(Sanitised.text("a\nb\t", keepingLineEnds: true) == "a\nb\\t")
  }

  @Test(arguments: [("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("表示", 4), ("😀", 2), ("한", 2)])
  func `Width is counted in columns`(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test
  func `Text is cut between characters and never wider than asked`() {
    #expect("表示する".truncated(to: 8) == "表示する")
    #expect("表示する".truncated(to: 7) == "表示す…")
    #expect("表示する".truncated(to: 6) == "表示…")
    #expect("ae\u{301}bc".truncated(to: 3) == "ae\u{301}…")
    #expect("abcdef".truncated(to: 5, mark: "...") == "ab...")
    #expect("abcdef".truncated(to: 2, mark: "...") == "ab")
    #expect("abc".truncated(to: 0).isEmpty)
  }

  @Test
  func `Text is padded to columns`() {
    #expect("表".padded(to: 4) + "|" == "表  |")
    #expect("1".padded(to: 3, .right) == "  1")
    #expect("ab".padded(to: 5, .centred) == " ab  ")
    #expect("abcd".padded(to: 2) == "abcd")
  }
}

@Suite("Durations, counts and bars")
struct TextQuantityTests {
  private static let durations: [(Duration, String)] = [
    (.zero, "0 ms"), (.milliseconds(120), "120 ms"), (.milliseconds(4250), "4.2 s"),
    (.milliseconds(4050), "4 s"), (.seconds(9), "9 s"), (.milliseconds(59_900), "59 s"),
    (.seconds(192), "3 min 12 s"), (.seconds(180), "3 min"), (.seconds(7_500), "2 h 5 min"),
    (.seconds(187_200), "2 d 4 h"), (.seconds(-61), "-1 min 1 s"),
  ]

  @Test(arguments: durations)
  func `A duration is shown in its two largest units`(duration: Duration, text: String) {
    #expect(DurationText.text(duration) == text)
  }

  @Test
  func `Counts are grouped`() {
    #expect(
      [0, 999, 1000, 1_234_567, -1_000].map(CountText.grouped) == [
        "0", "999", "1,000", "1,234,567", "-1,000",
      ])
    #expect(CountText.grouped(Int64.min) == "-9,223,372,036,854,775,808")
  }

  @Test
  func `Rates keep three digits`() {
    #expect(
      [0, 999, 999.6, 1000, 18_340, 999_960, 4_200_000].map(CountText.short)
        == ["0", "999", "1k", "1k", "18.3k", "1M", "4.2M"])
    #expect(CountText.rate(rows: 36_600, in: .seconds(2)) == "18.3k rows/s")
    #expect(CountText.rate(rows: 5, in: .zero) == "-- rows/s")
    #expect(CountText.short(.nan) == "--")
  }

  @Test
  func `A percentage is complete only at the end`() {
    #expect(
      [0, 0.425, 0.9999, 1, 2].map(CountText.percent) == ["0%", "42%", "99%", "100%", "100%"])
    #expect(CountText.percent(.nan) == "--")
  }

  @Test
  func `A bar has its width and is full only at the end`() {
    let bar = ProgressBar()
    #expect(bar.text(0, width: 4) == "░░░░")
    #expect(bar.text(0.4, width: 4) == "█▌░░")
    #expect(bar.text(0.9999, width: 4) == "███▉")
    #expect(bar.text(1, width: 4) == "████")
    #expect(bar.text(.nan, width: 2) == "░░")
    let signs = ProgressBar(characters: .ascii)
    #expect(signs.text(0.5, width: 6) == "[##..]")
    #expect(signs.text(0.99, width: 6) == "[###.]")
    #expect(signs.text(1, width: 6) == "[####]")
    #expect(signs.text(0.5, width: 0).isEmpty)
  }
}
