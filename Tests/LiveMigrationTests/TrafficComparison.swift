import Postgres
import Rehearsals
import TestSupport
import Testing

extension Rehearsal {
  /// Lets the clients go on a little after the plan's end, then compares everything.
  func compare(
    with clients: [MirrorWriters], key: String, values: [String]
  ) async throws {
    let before = clients[0].statements
    while clients[0].statements < before + 50, clients[0].errors.isEmpty {
      try await Task.sleep(for: .milliseconds(10))
    }
    for client in clients { await client.stop() }
    for client in clients { #expect(client.errors == []) }
    #expect(before > 100)
    #expect(clients[0].changed > 100)
    let connection = try await database.connect()
    let (left, right) = (values.map { "l.\($0)::text" }, values.map { "m.\($0)::text" })
    let differences: Int = try await connection.query(
      """
      SELECT count(*) FROM t AS l FULL JOIN mirror.t AS m USING (\(raw: key))
      WHERE ROW(\(raw: left.joined(separator: ", ")))
        IS DISTINCT FROM ROW(\(raw: right.joined(separator: ", ")))
        OR l.\(raw: key) IS NULL OR m.\(raw: key) IS NULL
      """
    ).only().decode(0)
    #expect(differences == 0)
    #expect(try await connection.query("SELECT count(*) FROM t").only().decode(0) > 1000)
    await connection.close()
    try await runDirectly()
    let schemas = try await self.schemas()
    #expect(schemas.live == schemas.direct)
    #expect(try await leftOvers() == [])
    try await dispose()
  }
}
