import Postgres
import TestSupport
import Testing

/// Names and literals, compared with what the server makes of them.
@Suite("Quoting", .database)
struct QuotingTests {
  @Test
  func `Names are quoted as the server quotes them`() async throws {
    let connection = try await TestDatabase.current.connect()
    let names = Self.texts(500).filter { !$0.isEmpty }
    let rows = try await connection.query(
      "SELECT quote_ident(name) FROM unnest(\(names)) WITH ORDINALITY AS n (name, i) ORDER BY i")
    for (name, row) in zip(names, rows) {
      #expect(Quoting.identifier(name) == (try row.decode(0, as: String.self)))
    }
    #expect(rows.count == names.count)
    await connection.close()
  }

  @Test
  func `Every keyword that the server quotes is quoted`() async throws {
    let connection = try await TestDatabase.current.connect()
    let rows = try await connection.query(
      "SELECT word, quote_ident(word) AS quoted FROM pg_get_keywords()")
    #expect(rows.count > 400)
    for row in rows {
      let word: String = try row.decode("word")
      let quoted: String = try row.decode("quoted")
      // What another version reserves may be quoted without need, never the other way round.
      if quoted != word { #expect(Quoting.identifier(word) == quoted) }
    }
    await connection.close()
  }

  @Test
  func `A quoted name is read back unchanged`() async throws {
    let connection = try await TestDatabase.current.connect()
    for name in Self.texts(200) where !name.isEmpty && name.utf8.count < 64 {
      let rows = try await connection.query("SELECT 1 AS \(identifier: name)")
      #expect(rows.columnNames.first?.utf8.elementsEqual(name.utf8) == true, "\(name)")
    }
    await connection.close()
  }

  @Test(arguments: ["on", "off"])
  func `A literal means the same whatever standard_conforming_strings is`(
    setting: String
  ) async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      "SET standard_conforming_strings = \(setting); SET escape_string_warning = off")
    for text in Self.texts(300) {
      let row = try await connection.query(
        "SELECT \(literal: text) = \(text)::text AS same, quote_literal(\(text)::text) AS quoted"
      ).only()
      #expect(try row.decode("same", as: Bool.self), "\(text)")
      let ours = Quoting.literal(text)
      let plain = ours.hasPrefix(" ") ? String(ours.dropFirst()) : ours
      #expect(try row.decode("quoted") == plain)
    }
    // The space before E keeps it apart from a word.
    #expect(
      try await connection.query("SELECT\(literal: #"a\"#) AS x").only().decode(0) == #"a\"#)
    await connection.close()
  }

  @Test
  func `A name with its schema is two names`() {
    #expect(QualifiedName(name: "t").quoted == "t")
    #expect(QualifiedName(schema: "a.b", name: "C").quoted == #""a.b"."C""#)
    #expect(QualifiedName(schema: "select", name: #"q"t"#).quoted == #""select"."q""t""#)
    let sql: SQL =
      "SELECT * FROM \(identifier: QualifiedName(schema: "s", name: "T")) WHERE a = \(1)"
    #expect(sql.text == #"SELECT * FROM s."T" WHERE a = $1"#)
  }

  @Test
  func `Joined statements renumber their parameters`() async throws {
    let connection = try await TestDatabase.current.connect()
    let parts: [SQL] = ["\(1)", "\("two")::text", "\(true)"]
    let part: SQL = "\(3) + \(4)"
    let row = try await connection.query("SELECT \(sql: parts.joined()), \(sql: part)" + " + \(5)")
      .only()
    #expect(row.texts == ["1", "two", "t", "12"])
    await connection.close()
  }

  /// Texts of everything that quoting could stumble on, the same in every run.
  static func texts(_ count: Int) -> [String] {
    let pieces: [Unicode.Scalar] = [
      "a", "b", "z", "_", "A", "0", "9", "$", "\"", "'", "\\", " ", ".", ",", ";", "-", "\n", "\t",
      "é", "ß", "漢", "\u{301}", "\u{200d}", "😀", "\u{feff}", "\u{1}", "E", "U", "&", "/", "*", "%",
    ]
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let fixed = [
      "", "a", "select", "Select", "order", "name", "user", "1a", "a1", "a$", "a-b", "\"", "\"\"",
      "'",
      "''", "\\", "\\'", "'\\", "--", "/*", "a\"\u{301}b", "'\u{301}", "\\\u{301}", "between",
      "none",
    ]
    let random = (0..<count).map { _ in
      var text = String.UnicodeScalarView()
      for _ in 0..<(1 + next(12)) { text.append(pieces[next(pieces.count)]) }
      return String(text)
    }
    return fixed + random
  }
}
