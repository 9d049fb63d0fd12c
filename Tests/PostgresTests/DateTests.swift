import Foundation
import Postgres
import TestSupport
import Testing

/// Points in time, which the server itself says back.
@Suite("Dates", .database)
struct DateTests {
  @Test
  func `Times far and near are the server's own`() async throws {
    let connection = try await TestDatabase.current.connect()
    let seconds: [Double] = [
      0, -1, 1_782_000_000.123456, 951_782_400, 951_868_799.5, -2_208_988_800, -62_135_596_800,
      253_402_300_799, 4_107_542_400, 68_169_600, -11_644_473_600.25,
    ]
    for second in seconds {
      let date = Date(timeIntervalSince1970: second)
      let row = try await connection.query(
        "SELECT \(date) AS back, extract(epoch FROM \(date))::float8 AS epoch"
      ).only()
      #expect(try abs(row.decode("epoch", as: Double.self) - second) < 0.000_002)
      #expect(try abs(row.decode("back", as: Date.self).timeIntervalSince(date)) < 0.000_002)
    }
    await connection.close()
  }

  @Test(arguments: ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham", "Europe/Berlin"])
  func `The session's time zone changes nothing`(zone: String) async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.execute("SELECT set_config('TimeZone', \(zone), false)")
    for text in ["2026-07-01 12:34:56.789+00", "1890-01-01 00:00:00+00", "2026-01-01 00:00:00+00"] {
      let row = try await connection.query(
        "SELECT \(text)::timestamptz AS time, extract(epoch FROM \(text)::timestamptz)::float8 AS epoch"
      ).only()
      let date: Date = try row.decode("time")
      let epoch: Double = try row.decode("epoch")
      #expect(abs(date.timeIntervalSince1970 - epoch) < 0.000_002, "\(text) in \(zone)")
    }
    await connection.close()
  }

  @Test
  func `Infinity has a date, a time before Christ has none`() async throws {
    let connection = try await TestDatabase.current.connect()
    let row = try await connection.query(
      """
      SELECT 'infinity'::timestamptz AS a, '-infinity'::timestamptz AS b,
        \(Date.distantFuture)::text AS c, \(Date.distantPast)::text AS d,
        '0044-03-15 BC'::timestamptz AS e
      """
    ).only()
    #expect(try row.decode("a") == Date.distantFuture)
    #expect(try row.decode("b") == Date.distantPast)
    #expect(try row.decode("c") == "infinity")
    #expect(try row.decode("d") == "-infinity")
    #expect(throws: RowDecodingError.self) { try row.decode("e", as: Date.self) }
    await connection.close()
  }

  @Test
  func `A role's own date style is overruled`() async throws {
    let database = try TestDatabase.current
    let role = try await database.makeRole()
    let admin = try await database.connect()
    try await admin.execute("ALTER ROLE \(identifier: role) SET DateStyle = 'German'")
    try await admin.execute("ALTER ROLE \(identifier: role) SET standard_conforming_strings = off")
    let connection = try await database.connect(user: role)
    let row = try await connection.query(
      "SELECT '2026-07-01 00:00:00+00'::timestamptz AS time, \(literal: #"a\b"#) AS text"
    ).only()
    #expect(try row.decode("time") == Date(timeIntervalSince1970: 1_782_864_000))
    #expect(try row.decode("text") == #"a\b"#)
    await connection.close()
    try await admin.execute("DROP ROLE \(identifier: role)")
    await admin.close()
  }
}
