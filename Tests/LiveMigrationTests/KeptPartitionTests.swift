import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// Partitions come and go while an old shape is kept.
@Suite("The old shape of partitions", .database)
struct KeptPartitionTests {
  private static let detach = "ALTER TABLE t DETACH PARTITION t_a"

  private static func named(_ name: String) throws -> KeptCase {
    try #require(KeptCase.partitioned.first { $0.testDescription == name })
  }

  @Test(
    arguments: [
      "keys of a partitioned table", "what single partitions have of their own",
    ], [false, true])
  func `A partition that was detached keeps the shape that it had then`(
    name: String, isSwapped: Bool
  ) async throws {
    let (rehearsal, id) = try await Self.named(name).ready()
    let engine = rehearsal.engine()
    let client = try await rehearsal.database.connect()
    if !isSwapped { try await client.script(Self.detach) }
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    if isSwapped { try await client.script(Self.detach) }
    _ = try await engine.rollback(id, justification: "t") { _ in }
    #expect(try await rehearsal.typeOfN("t") == "integer")
    #expect(try await rehearsal.typeOfN("t_a") == (isSwapped ? "bigint" : "integer"))
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    #expect(try await engine.retire(id, justification: "t") { _ in }.status == .complete)
    #expect(try await rehearsal.leftOvers() == [])
    let direct = try await rehearsal.database.cluster.connect(database: rehearsal.directName)
    if !isSwapped { try await direct.script(Self.detach) }
    try await rehearsal.runDirectly()
    if isSwapped { try await direct.script(Self.detach) }
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    for connection in [client, direct] { await connection.close() }
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test func `A partition that was detached gets dropped columns back`() async throws {
    let (rehearsal, id) = try await Self.named(
      "columns of a partitioned table that go, with their keys"
    )
    .ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let client = try await rehearsal.database.connect()
    try await client.script(Self.detach)
    _ = try await engine.rollback(id, justification: "t") { _ in }
    let values: [String] = try await client.query(
      "SELECT format('%s %s', gone, code) FROM t_a WHERE id = 7 UNION SELECT format('%s %s', gone, code) FROM t WHERE id = 47"
    ).map { try $0.decode(0) }
    #expect(Set(values) == ["7 c7", "47 c47"])
    _ = try await engine.revert(id, justification: "t") { _ in }
    #expect(try await rehearsal.leftOvers() == [])
    await client.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test func `An old shape goes from a partition that was detached and got another name`()
    async throws
  {
    let (rehearsal, id) = try await Self.named("keys of a partitioned table").ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let client = try await rehearsal.database.connect()
    try await client.script(Self.detach + "; ALTER TABLE t_a RENAME TO past")
    #expect(try await engine.retire(id, justification: "t") { _ in }.status == .complete)
    #expect(try await rehearsal.leftOvers() == [])
    let columns: [String] = try await client.query(
      "SELECT attname FROM pg_attribute WHERE attrelid = 'past'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1"
    ).map { try $0.decode(0) }
    #expect(columns == ["id", "n", "w"])
    await client.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test func `A partition that was detached before the window opens stops nothing`() async throws {
    let test = try Self.named("keys of a partitioned table")
    let rehearsal = try await test.rehearsal()
    let id = try await rehearsal.plan()
    let client = try await rehearsal.database.connect()
    try await client.script(Self.detach)
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await rehearsal.typeOfN("t") == "bigint")
    #expect(try await rehearsal.typeOfN("t_a") == "integer")
    #expect(try await rehearsal.leftOvers() == [])
    await client.close()
    try await rehearsal.dispose()
  }
}

extension Rehearsal {
  fileprivate func typeOfN(_ table: String) async throws -> String {
    let client = try await database.connect()
    let type: String = try await client.query(
      """
      SELECT atttypid::regtype::text FROM pg_attribute WHERE attrelid = to_regclass(\(table)) AND attname = 'n'
      """
    ).only().decode(0)
    await client.close()
    return type
  }
}
