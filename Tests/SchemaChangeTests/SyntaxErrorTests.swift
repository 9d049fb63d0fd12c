import Foundation
import SchemaChange
import Testing

@Suite("Texts that the grammar refuses")
struct SyntaxErrorTests {
  @Test
  func `A syntax error shows the line and a caret under the place`() throws {
    let source = "SELECT 'é';\n\tALTER TABEL t ADD b int;\nDROP TABLE a;"
    let parsed = MigrationParser.read(source, file: "m.sql")
    #expect(
      parsed.errors.map(\.description) == [
        """
        m.sql:2:8: error: syntax error at or near "TABEL"
        \tALTER TABEL t ADD b int;
        \t      ^
        note: read with the grammar of PostgreSQL 18
        """
      ])
    #expect(parsed.changes.map(\.sql) == ["SELECT 'é'", "DROP TABLE a"])
    let error = try #require(parsed.errors.first)
    #expect(throws: error) { try MigrationParser.parse(source, file: "m.sql") }
  }

  @Test
  func `A newer server's statement is not understood instead of wrong`() throws {
    let sql = "ALTER TABLE t ALTER COLUMN c SET FUTURE AS (a * 2)"
    let changes = try MigrationParser.parse("DROP TABLE a; " + sql, serverVersion: 190_002)
    #expect(
      changes.last?.operation
        == .other(
          OtherOperation(
            kind: .notUnderstood, detail: "syntax error at or near \"FUTURE\"")))
    #expect(changes.last?.sql == sql)
    #expect(throws: MigrationSyntaxError.self) {
      try MigrationParser.parse(sql, serverVersion: 180_006)
    }
  }

  @Test(arguments: [
    ("SELECT 'abc", "unterminated quoted string at or near \"'abc\"", 1, 8),
    ("SELECT 1;\nSELECT $$ abc", "unterminated dollar-quoted string at or near \"$$ abc\"", 2, 8),
    ("/* never closed", "unterminated /* comment at or near \"/* never closed\"", 1, 1),
    ("SELECT 1 \u{0} 2", "the text holds a zero byte", 1, 10),
    ("SELECT", nil, 0, 0),
    ("", nil, 0, 0),
    ("-- nothing\n;;;", nil, 0, 0),
  ])
  func `An unfinished text is an error at its start, an empty one is none`(
    source: String, message: String?, line: Int, column: Int
  ) {
    let parsed = MigrationParser.read(source)
    #expect(parsed.errors.first?.message == message)
    if message != nil {
      #expect(parsed.errors.first?.location == SourceLocation(line: line, column: column))
    }
  }

  @Test(arguments: [
    "SELECT " + repeated("1+", 40_000) + "1", "SELECT " + repeated("(", 100_000) + "1",
    "SELECT " + repeated("NOT ", 100_000) + "true", "SELECT " + repeated("f(", 20_000),
    repeated("(", 1_000_000), repeated("\\", 100_000), repeated("\n\\x", 20_000),
    "SELECT '" + repeated("\n\\x", 20_000), repeated("𓀀;", 200),
  ])
  func `A huge or nested text is refused and nothing crashes`(source: String) {
    let parsed = MigrationParser.read(source)
    #expect(!parsed.errors.isEmpty || !parsed.changes.isEmpty)
  }

  @Test
  func `The deepest text that is accepted fits the stack of a small thread`() async {
    let source = "SELECT " + repeated("1+", 490) + "1"
    #expect(await count(of: source, stack: 4 << 20) == 1)
  }

  private func count(of source: String, stack: Int) async -> Int {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        let changes = try? MigrationParser.parse(source)
        continuation.resume(returning: changes?.count ?? 0)
      }
      thread.stackSize = stack
      thread.start()
    }
  }

  @Test
  func `A long list of rows is not nested`() throws {
    let source = "INSERT INTO t VALUES " + repeated("(1, 'a'), ", 10_000) + "(2, 'b')"
    #expect(try MigrationParser.parse(source).count == 1)
  }

  @Test(arguments: [
    "SELECT 0, 'x' UNION ALL ", "SELECT 0, 'x' EXCEPT ", "VALUES (0, 1), (2, 3) INTERSECT ",
    "(SELECT 0, 'x') UNION ", "SELECT 0 UNION DISTINCT ",
  ])
  func `A chain of queries nests, whatever commas are in them`(part: String) async {
    let refused = MigrationParser.read("INSERT INTO t " + repeated(part, 10_000) + "SELECT 1, 'x'")
    #expect(refused.errors.first?.message.contains("nested too deeply") == true)
    // Hundreds of rows are written so, and fit the stack of a small thread.
    let source = "INSERT INTO t " + repeated(part, 900) + "SELECT 1, 'x'"
    #expect(await count(of: source, stack: 4 << 20) == 1)
  }

  @Test(arguments: ["+", "/*", "+-", "@-"])
  func `What the scanner would look at again and again is refused`(signs: String) {
    let source = "SELECT " + repeated(signs, 500_000) + "1;"
    #expect(
      MigrationParser.read(source).errors.first?.message.contains("signs of operators in a row")
        == true)
    let banner = "/* " + repeated("=", 1_000) + " */ SELECT - - - -1; -- " + repeated("-", 1_000)
    #expect(MigrationParser.read(banner).errors.isEmpty)
  }

  @Test(arguments: [
    "SELECT " + repeated("a.union + b.except + (c).intersect + ", 400) + "1",
    "SELECT " + repeated("x::numeric(1, 2)::numeric(1, 2) + ", 400) + "1",
    "SELECT (" + repeated("SELECT 1, (SELECT 0, 'x' UNION ALL ", 600) + "SELECT 1",
  ])
  func `No comma and no name hides a nesting`(source: String) {
    let message = MigrationParser.read(source).errors.first?.message
    #expect(message?.contains("nested too deeply") == true)
  }

  @Test
  func `Random bytes never crash the reader`() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("SELECT ALTER TABLE t();'\"$\\/*-,.:=é\n\t0")
    for _ in 0..<300 {
      let text = String((0..<80).compactMap { _ in alphabet.randomElement(using: &random) })
      let parsed = MigrationParser.read(text)
      #expect(parsed.changes.count + parsed.errors.count + parsed.ignored.count <= 80)
    }
  }
}

private func repeated(_ text: String, _ count: Int) -> String {
  String(repeating: text, count: count)
}
