import Postgres
import TestSupport
import Testing

@Suite(.database) struct `Statements` {
  @Test func `A bound value comes back`() async throws {
    let connection = try await TestDatabase.current.connect()
    let rows = try await connection.query("SELECT \(42) AS answer, \("it's") AS text")
    #expect(try rows.only().decode("answer", as: Int.self) == 42)
    #expect(try rows.only().decode("text") == "it's")
  }
}
