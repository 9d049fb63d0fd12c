import Testing

@testable import ShellKit

/// What psql 15 prints for the same values stands in these tests, to the blank.
@Suite("Tables as psql prints them")
struct TextTableTests {
  private let notes = TextTable(
    [.init("id", .right), .init("name"), .init("a long note")],
    rows: [["1", "a", "x\ny"], ["22", "né表", "z"], [nil, nil, nil]])

  /// Blanks at a line's end are part of what is compared: `|` ends each line.
  private func marked(_ text: String) -> String { text.replacing("\n", with: "$\n") }

  @Test
  func `Headings are centred, numbers stand on the right and newlines are marked`() {
    #expect(
      marked(notes.text()) == """
         id | name | a long note $
        ----+------+-------------$
          1 | a    | x          +$
            |      | y$
         22 | né表 | z$
            |      | $
        (3 rows)$

        """)
  }

  @Test
  func `A value of several lines leaves the other columns empty`() {
    let table = TextTable(
      [.init("first"), .init("n", .right), .init("last col")], rows: [["a\nb", "5", "q\n\nr"]])
    #expect(
      marked(table.text()) == """
         first | n | last col $
        -------+---+----------$
         a    +| 5 | q       +$
         b     |   |         +$
               |   | r$
        (1 row)$

        """)
    let number = TextTable([.init("x"), .init("last", .right)], rows: [["a\nb", "5"]])
    #expect(
      marked(number.text()) == """
         x | last $
        ---+------$
         a+|    5$
         b | $
        (1 row)$

        """)
  }

  @Test
  func `A heading may have several lines`() {
    let table = TextTable([.init("two\nlines", .right), .init("b", .right)], rows: [["1", "2"]])
    #expect(
      marked(table.text()) == """
          two +| b $
         lines |   $
        -------+---$
             1 | 2$
        (1 row)$

        """)
  }

  @Test
  func `A table without rows or without columns is still a table`() {
    #expect(TextTable([.init("a")]).text() == " a \n---\n(0 rows)\n")
    #expect(TextTable([], rows: [[]]).text() == "--\n(1 row)\n")
    #expect(TextTable([.init("a")]).text(.expanded) == "(0 rows)\n")
  }

  @Test
  func `The expanded display has a line a field`() {
    var table = notes
    table.rows.removeLast()
    #expect(
      marked(table.text(.expanded)) == """
        -[ RECORD 1 ]-----$
        id          | 1$
        name        | a$
        a long note | x   +$
                    | y$
        -[ RECORD 2 ]-----$
        id          | 22$
        name        | né表$
        a long note | z$

        """)
  }

  @Test(arguments: [
    ("a", "-[ RECORD 1 ]\na | 1\n"),
    ("abcdefghijk", "-[ RECORD 1 ]--\nabcdefghijk | 1\n"),
    ("abcdefghijkl", "-[ RECORD 1 ]+--\nabcdefghijkl | 1\n"),
    ("abcdefghijklm", "-[ RECORD 1 ]-+--\nabcdefghijklm | 1\n"),
    ("h\ni", "-[ RECORD 1 ]\nh+| 1\ni |\n"),
  ])
  func `The rule of a record fits its names`(name: String, expected: String) {
    #expect(TextTable([.init(name)], rows: [["1"]]).text(.expanded) == expected)
  }

  @Test
  func `A table that is too wide is expanded when asked for`() {
    let width = 24
    #expect(notes.text(.fitting(columns: width + 1)) == notes.text(.aligned))
    #expect(notes.text(.fitting(columns: width - 1)) == notes.text(.expanded))
  }

  @Test
  func `A value cannot steer the terminal`() {
    var table = TextTable([.init("\u{1B}c")], rows: [["a\tb\u{1B}[2J\r\u{202E}"], [nil]])
    table.null = "∅"
    #expect(
      table.text() == """
                 \\x1bc        \u{20}
        -----------------------
         a\\tb\\x1b[2J\\r<U+202E>
         ∅
        (2 rows)

        """)
  }
}
