import Foundation
import LiveMigration
import Logging
import Postgres
import Rehearsals
import TestSupport
import Testing

/// After the swap the old shape stays for as long as the operator wants, and a rollback makes it what clients have.
@Suite("The old shape is kept", .database)
struct KeptShapeTests {
  @Test(arguments: KeptCase.cases)
  func `A rollback loses nothing, and the plan goes forward again`(_ test: KeptCase) async throws {
    let (rehearsal, id) = try await test.ready()
    let engine = rehearsal.engine()
    let before = try await rehearsal.schema()
    let swapped = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    #expect(swapped.status == .finalizing)
    #expect(swapped.kept != nil)
    let client = try await rehearsal.database.connect()
    try await client.script(test.writes)
    let back = try await engine.rollback(id, justification: "t") { _ in }
    #expect(back.kept == nil)
    #expect(back.status == .finalizing)
    let found: [String] = try await client.query(SQL(raw: test.query)).map { try $0.decode(0) }
    #expect(found == test.rows)
    let differences = SchemaText.differences(try await rehearsal.schema(), before)
    // Indexes of the plan's own stay for the next swap.
    #expect(differences.filter { !$0.contains("djogi_") } == [])
    // Forward again, to the end.
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let end = try await engine.retire(id, justification: "t") { _ in }
    #expect(end.status == .complete)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    #expect(try await rehearsal.leftOvers() == [])
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `Both releases work on either side of a rollback`() async throws {
    let test = try #require(KeptCase.cases.first { $0.newShape })
    let (rehearsal, id) = try await test.ready()
    let engine = rehearsal.engine()
    let (old, new) = (
      try await rehearsal.database.connect(), try await rehearsal.database.connect()
    )
    try await new.script("SET search_path = public_v20260428000000, public")
    try await new.script(
      "PREPARE write AS INSERT INTO orders (id, amount, customer) VALUES ($1, $1, $1) "
        + "ON CONFLICT (amount) DO UPDATE SET amount = orders.amount + 1000 RETURNING amount")
    func write(_ key: Int) async throws -> Int {
      try await new.query("EXECUTE write (\(raw: "\(key)"))").only().decode(0)
    }
    #expect(try await write(61) == 61)
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    #expect(try await write(62) == 62)
    #expect(try await write(62) == 1062)
    _ = try await engine.rollback(id, justification: "t") { _ in }
    #expect(try await write(63) == 63)
    #expect(try await write(63) == 1063)
    try await old.script("UPDATE t SET total = '5000' WHERE id = 1")
    let values: [String] = try await old.query(
      "SELECT total FROM t WHERE id IN (1, 61, 62, 63) ORDER BY id"
    ).map { try $0.decode(0) }
    #expect(values == ["5000", "61", "1062", "1063"])
    #expect(try await engine.finalize(id, justification: "t") { _ in }.status == .complete)
    #expect(try await write(64) == 64)
    let amount: Int = try await new.query("SELECT amount FROM orders WHERE id = 1").only()
      .decode(0)
    #expect(amount == 5000)
    await engine.disconnect()
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `The daemon gives up what its operator wants to be kept no longer`() async throws {
    let (rehearsal, id) = try await KeptCase.keys.ready()
    let engine = rehearsal.engine()
    let moment = KeepingTime(.milliseconds(1))
    _ = try await engine.finalize(id, justification: "t", keeping: moment) { _ in }
    let daemon = Daemon(
      engine: rehearsal.engine(),
      options: Daemon.Options(pollInterval: .milliseconds(20)), logger: Logger(label: "t"))
    let stop = StopFlag()
    let work = Task { try await daemon.run(until: stop) }
    // Without a word of its operator it stays.
    try await Task.sleep(for: .milliseconds(300))
    #expect(try await engine.show(id).row.status == .finalizing)
    let unattended = KeepingTime(.milliseconds(1), retiresUnattended: true)
    _ = try await engine.finalize(id, justification: "t", keeping: unattended) { _ in }
    while try await engine.show(id).row.status != .complete {
      try await Task.sleep(for: .milliseconds(20))
    }
    stop.raise()
    try await work.value
    let actions = try await engine.history(id).map(\.action)
    #expect(actions.contains(.retiring) && actions.last == .completed)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    "ALTER TABLE t RENAME TO elsewhere", "CREATE SCHEMA s; ALTER TABLE t SET SCHEMA s",
    "DROP TABLE t",
  ])
  func `An old shape goes wherever its table is by then`(_ change: String) async throws {
    let (rehearsal, id) = try await KeptCase.keys.ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let client = try await rehearsal.database.connect()
    try await client.script(change)
    #expect(try await engine.retire(id, justification: "t") { _ in }.status == .complete)
    #expect(try await rehearsal.leftOvers() == [])
    let kept: Int = try await client.query(
      "SELECT count(*) FROM pg_attribute WHERE attname LIKE '%kept'"
    ).only().decode(0)
    #expect(kept == 0)
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }

  @Test(
    arguments: KeptCase.cases.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element))
  func `A revert after a rollback leaves the schema as it was`(_ test: KeptCase) async throws {
    let (rehearsal, id) = try await test.ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let client = try await rehearsal.database.connect()
    try await client.script(test.writes)
    _ = try await engine.rollback(id, justification: "t") { _ in }
    let end = try await engine.revert(id, justification: "t") { _ in }
    #expect(end.status == .abandoned)
    let found: [String] = try await client.query(SQL(raw: test.query)).map { try $0.decode(0) }
    #expect(found == test.rows)
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    #expect(try await rehearsal.leftOvers() == [])
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }
}
