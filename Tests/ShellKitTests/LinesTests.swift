import Testing

@testable import ShellKit

@Suite("Words of a line")
struct LinesWordTests {
  private func words(_ text: String) throws -> [String] {
    try WordSplitter.split(text).map(\.text)
  }

  private static let splits: [(String, [String])] = [
    ("run 4711 --batch-size 500", ["run", "4711", "--batch-size", "500"]),
    ("  \t run\t 1  ", ["run", "1"]),
    (#"a 'b  c' "d \" e" f\ g"#, ["a", "b  c", "d \" e", "f g"]),
    (#"'a\b' "a\b" "a\\b" a\\b "\$\`""#, [#"a\b"#, #"a\b"#, #"a\b"#, #"a\b"#, "$`"]),
    (#"a'b'"c"d"#, ["abcd"]),
    (#"'' """#, ["", ""]),
    ("run a#b # the rest 'is \" not read", ["run", "a#b"]),
    ("# all", []),
    ("", []),
    ("\\# '#'", ["#", "#"]),
    ("run \\\n  4711\\\n5", ["run", "47115"]),
    ("\"a\\\nb\"", ["ab"]),
    ("révision-é 'e\u{301}' \u{1F600}", ["révision-é", "e\u{301}", "\u{1F600}"]),
    ("'a'\u{301}", ["a\u{301}"]),
    (#"\'a \n"#, ["'a", "n"]),
  ]

  @Test(arguments: splits)
  func `Words are split as a shell does`(text: String, expected: [String]) throws {
    #expect(try words(text) == expected)
  }

  @Test
  func `Every word knows where it begins`() throws {
    let words = try WordSplitter.split("é 'b c' \\d \\\n\t\"e\"f")
    #expect(
      words.map(\.position) == [
        TextPosition(line: 1, column: 1), TextPosition(line: 1, column: 3),
        TextPosition(line: 1, column: 9), TextPosition(line: 2, column: 2),
      ])
  }

  private static let mistakes: [(String, WordError)] = [
    ("run 'a", WordError(.unbalancedQuote("'"), at: TextPosition(line: 1, column: 5))),
    ("a'' \"b' ", WordError(.unbalancedQuote("\""), at: TextPosition(line: 1, column: 5))),
    ("run \"a\\", WordError(.unbalancedQuote("\""), at: TextPosition(line: 1, column: 5))),
    ("a \\\n 'b", WordError(.unbalancedQuote("'"), at: TextPosition(line: 2, column: 2))),
    ("ab c\\", WordError(.nothingEscaped, at: TextPosition(line: 1, column: 5))),
    ("ab \0", WordError(.nulCharacter, at: TextPosition(line: 1, column: 4))),
    ("ab # \0", WordError(.nulCharacter, at: TextPosition(line: 1, column: 6))),
  ]

  @Test(arguments: mistakes)
  func `A mistake is placed at its column`(text: String, expected: WordError) {
    #expect(throws: expected) { try WordSplitter.split(text) }
  }

  @Test(arguments: ["", "a", "a b", "it's", "#a", "a#b", #"\"#, "a\tb", "é", "\"", "'", "*$`"])
  func `A quoted word is read back`(text: String) throws {
    #expect(try words("x " + Word.quoted(text)) == ["x", text])
  }

  @Test
  func `A plain word needs no quotes`() {
    #expect(Word.quoted("4711-é*") == "4711-é*")
    #expect(Word.quoted("it's") == #"'it'\''s'"#)
  }

  @Test
  func `The word at the cursor is known with its quotes`() {
    #expect(PartialLine("run --ba").words == ["run"])
    #expect(PartialLine("run --ba").fragment == "--ba")
    #expect(PartialLine("run ").fragment.isEmpty)
    #expect(PartialLine("run ''").typedFragment == "''")
    let quoted = PartialLine(#"source "my fi"#)
    #expect(quoted.words == ["source"])
    #expect(quoted.fragment == "my fi")
    #expect(quoted.typedFragment == "\"my fi")
    let escaped = PartialLine(#"source my\ "#)
    #expect(escaped.fragment == "my ")
    #expect(escaped.typedFragment == #"my\ "#)
    #expect(PartialLine(#"run \"#).typedFragment == #"\"#)
    #expect(PartialLine("run # a").isInComment)
    #expect(!PartialLine("run #a\nb").isInComment)
  }
}
