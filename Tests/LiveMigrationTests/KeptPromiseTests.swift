import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// Every migration whose swap can be taken back goes there, back, and there again, while clients write.
@Suite("Every old shape is kept", .database)
struct KeptPromiseTests {
  private static let keeping = KeepingTime(.seconds(86_400))
  private static let writes = 40

  /// Those whose last transaction holds nothing but what can be taken back.
  private static let names: Set = [
    "two shapes: a new type, a new name and a dropped column", "identity key with references",
    "documents and arrays", "a key of two columns and a cycle of references", "keyless",
    "updated_at trigger", "plain", "quoted names in a schema", "dressed",
    "keys of a partitioned table over a column that changes its type",
  ]
  private static let promises = everyPromise.filter { names.contains($0.name) } + keptPromises

  @Test(arguments: NamedCases.of(promises) { $0.name })
  func `A plan that swaps, swaps back and swaps again ends as a direct run`(
    _ promise: Promise
  ) async throws {
    let rehearsal = try await Rehearsal(promise, comparing: true)
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id, until: .finalizing)
    let engine = rehearsal.engine()
    let detail = try await engine.show(id)
    #expect(detail.row.status == .finalizing)
    #expect(detail.file.plan?.keeping?.shape != nil)
    var clients = Clients(promise)
    try await clients.write(Self.writes, to: rehearsal)
    _ = try await engine.finalize(id, justification: "t", keeping: Self.keeping) { _ in }
    try await clients.write(Self.writes, to: rehearsal)
    let back = try await engine.rollback(id, justification: "t") { _ in }
    #expect(back.kept == nil)
    try await clients.write(Self.writes, to: rehearsal)
    if back.status != .finalizing { try await rehearsal.drive(id, until: .finalizing) }
    _ = try await engine.finalize(id, justification: "t", keeping: Self.keeping) { _ in }
    try await clients.write(Self.writes, to: rehearsal)
    #expect(try await engine.retire(id, justification: "t") { _ in }.status == .complete)
    #expect(try await rehearsal.leftOvers() == [])
    try await rehearsal.carryRows(of: promise)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    for table in promise.tables {
      let rows = try await rehearsal.rows(
        of: table, without: promise.ownValues + promise.touchedByTriggers)
      #expect(rows.live == rows.direct)
    }
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  /// One client, whose statements are the same in each run.
  private struct Clients {
    let promise: Promise
    var generator: SeededGenerator
    var new = 1000

    init(_ promise: Promise) {
      self.promise = promise
      generator = SeededGenerator(promise.seed)
    }

    mutating func write(_ count: Int, to rehearsal: Rehearsal) async throws {
      guard !promise.clients.isEmpty, !promise.clientsEnd else { return }
      let connection = try await rehearsal.database.connect()
      for number in 0..<count {
        let work = promise.clients[number % promise.clients.count]
        new += 1
        try await connection.script(work.statements(client: 0, of: 1, new: new, &generator))
      }
      await connection.close()
    }
  }
}
