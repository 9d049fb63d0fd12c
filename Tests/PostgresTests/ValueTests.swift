import Foundation
import TestSupport
import Testing

@testable import Postgres

/// Values on their way to the server and back.
@Suite("Values", .database)
struct ValueTests {
  @Test
  func `Whole numbers keep their bounds and their types`() async throws {
    let connection = try await TestDatabase.current.connect()
    let row = try await connection.query(
      """
      SELECT \(Int16.min) AS a, \(Int32.max) AS b, \(Int64.min) AS c, \(Int.max) AS d,
        \(UInt32.max) AS e, pg_typeof(\(Int16(1)))::text || ' ' || pg_typeof(\(Int32(1)))
        || ' ' || pg_typeof(\(Int64(1))) || ' ' || pg_typeof(\(UInt32(1))) AS types
      """
    ).only()
    #expect(try row.decode("a") == Int16.min)
    #expect(try row.decode("b") == Int32.max)
    #expect(try row.decode("c") == Int64.min)
    #expect(try row.decode("d") == Int.max)
    #expect(try row.decode("e") == UInt32.max)
    #expect(try row.decode("types") == "smallint integer bigint oid")
    await connection.close()
  }

  @Test
  func `A number that does not fit is no value`() async throws {
    let connection = try await TestDatabase.current.connect()
    let row = try await connection.query("SELECT 40000 AS n, 'x' AS x, NULL AS z, true AS n2")
      .only()
    #expect(
      throws: RowDecodingError(column: "n", type: "Int16", reason: .malformed("40000"))
    ) { try row.decode("n", as: Int16.self) }
    #expect(throws: RowDecodingError(column: "x", type: "Int", reason: .malformed("x"))) {
      try row.decode("x", as: Int.self)
    }
    #expect(throws: RowDecodingError(column: "z", type: "String", reason: .null)) {
      try row.decode("z", as: String.self)
    }
    #expect(throws: RowDecodingError(column: "x", type: "Bool", reason: .malformed("x"))) {
      try row.decode("x", as: Bool.self)
    }
    #expect(
      throws: RowDecodingError(
        column: "y", type: "Int", reason: .noSuchColumn(available: ["n", "x", "z", "n2"]))
    ) { try row.decode("y", as: Int.self) }
    #expect(
      throws: RowDecodingError(
        column: "number 4", type: "Int", reason: .noSuchColumn(available: ["n", "x", "z", "n2"]))
    ) { try row.decode(4, as: Int.self) }
    await connection.close()
  }

  @Test(arguments: [
    0, -0.0, 0.1, 1e-300, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity,
    1.0 / 3.0,
  ])
  func `A floating-point number comes back to the bit`(number: Double) async throws {
    let connection = try await TestDatabase.current.connect()
    let back: Double = try await connection.query("SELECT \(number)").only().decode(0)
    #expect(back.bitPattern == number.bitPattern)
    let nothing: Double = try await connection.query("SELECT \(Double.nan)").only().decode(0)
    #expect(nothing.isNaN)
    await connection.close()
  }

  @Test(arguments: [
    "", " ", "it's", #"back\slash"#, #""quoted""#, "line\nend\r\n\ttab", "ü é 漢字 👩‍👩‍👧", "e\u{301}",
    "NULL", "{a,b}", "$1", "%s", "\u{1}\u{7f}\u{2028}",
  ])
  func `A text comes back byte by byte`(text: String) async throws {
    let connection = try await TestDatabase.current.connect()
    let row = try await connection.query(
      "SELECT \(text)::text AS text, octet_length(\(text)::text) AS length"
    ).only()
    let back: String = try row.decode("text")
    #expect(back.utf8.elementsEqual(text.utf8))
    #expect(try row.decode("length") == text.utf8.count)
    await connection.close()
  }

  @Test
  func `A text longer than a buffer comes back whole`() async throws {
    let connection = try await TestDatabase.current.connect()
    let text = String(repeating: "漢x", count: 500_000)
    let back: String = try await connection.query("SELECT \(text)::text").only().decode(0)
    #expect(back.utf8.elementsEqual(text.utf8))
    await connection.close()
  }

  @Test
  func `A text with a NUL character is refused before it is sent`() async throws {
    let connection = try await TestDatabase.current.connect()
    await #expect(throws: PostgresError.nulCharacter(statement: "SELECT $1::text")) {
      try await connection.query("SELECT \("a\0b")::text")
    }
    await #expect(throws: PostgresError.nulCharacter(statement: "SELECT 1\0")) {
      try await connection.script("SELECT 1\0")
    }
    #expect(try await connection.query("SELECT 1").only().decode(0) == 1)
    await connection.close()
  }

  @Test
  func `Nothing is nothing, whatever its type`() async throws {
    let connection = try await TestDatabase.current.connect()
    let row = try await connection.query(
      """
      SELECT \(nil as Int?) AS i, \(nil as String?)::text AS s, \(nil as Bool?) AS b,
        \(nil as Date?) AS d, \(nil as [Int]?) AS a, pg_typeof(\(nil as Date?))::text AS type
      """
    ).only()
    #expect(try row.decode("i", as: Int?.self) == nil)
    #expect(try row.decode("s", as: String?.self) == nil)
    #expect(try row.decode("b", as: Bool?.self) == nil)
    #expect(try row.decode("d", as: Date?.self) == nil)
    #expect(try row.decode("a", as: [Int]?.self) == nil)
    #expect(try row.decode("type") == "timestamp with time zone")
    #expect(row.texts.prefix(5).allSatisfy { $0 == nil })
    await connection.close()
  }

  @Test
  func `Arrays keep every element apart`() async throws {
    let connection = try await TestDatabase.current.connect()
    let texts = ["", "NULL", "a,b", "{c}", #"d"e\f"#, " g ", "漢", "\n"]
    let numbers = [Int64.min, 0, .max]
    let row = try await connection.query(
      """
      SELECT \(texts) AS texts, cardinality(\(texts)) AS count, \(numbers) AS numbers,
        \([] as [String]) AS none, ARRAY['x', NULL, 'NULL'] AS holes, ARRAY[true, false] AS bools,
        ARRAY[[1, 2], [3, 4]] AS square
      """
    ).only()
    #expect(try row.decode("texts") == texts)
    #expect(try row.decode("count") == texts.count)
    #expect(try row.decode("numbers") == numbers)
    #expect(try row.decode("none") == [String]())
    #expect(try row.decode("holes") == ["x", nil, "NULL"])
    #expect(try row.decode("bools") == [true, false])
    #expect(throws: RowDecodingError.self) { try row.decode("holes", as: [String].self) }
    #expect(throws: RowDecodingError.self) { try row.decode("square", as: [Int].self) }
    await connection.close()
  }

  @Test
  func `An enum is bound and read as its raw value`() async throws {
    let connection = try await TestDatabase.current.connect()
    let row = try await connection.query(
      "SELECT \(Mood.glad)::text AS a, \(Grade.two) AS b, 'sleepy' AS c"
    ).only()
    #expect(try row.decode("a") == Mood.glad)
    #expect(try row.decode("b") == Grade.two)
    #expect(throws: RowDecodingError.self) { try row.decode("c", as: Mood.self) }
    await connection.close()
  }

  @Test
  func `A text fits any type that the place asks for`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      "CREATE TABLE t (j jsonb, u uuid, n numeric, d date, b bytea, i inet)")
    let uuid = "2f1c0d5a-7b1e-4b8a-9d41-0c5a1f6f2e11"
    try await connection.execute(
      """
      INSERT INTO t VALUES (\(#"{"a": [1]}"#), \(uuid), \("1.50"), \("2026-02-28"), \(#"\x00ff"#),
        \("10.0.0.1/8"))
      """)
    let row = try await connection.query("SELECT * FROM t").only()
    #expect(row.texts == [#"{"a": [1]}"#, uuid, "1.50", "2026-02-28", #"\x00ff"#, "10.0.0.1/8"])
    #expect(row.columnNames == ["j", "u", "n", "d", "b", "i"])
    await connection.close()
  }
}

private enum Mood: String, PostgresEncodable, PostgresDecodable { case glad, sad }
private enum Grade: Int, PostgresEncodable, PostgresDecodable { case one = 1, two }
