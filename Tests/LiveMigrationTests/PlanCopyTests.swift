import Foundation
import LiveMigration
import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

/// A plan is known by its row too, wherever its file is.
@Suite("Copies of plans", .database)
struct PlanCopyTests {
  private static func rehearsal() async throws -> Rehearsal {
    try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, a text);
        INSERT INTO t SELECT g, g FROM generate_series(1, 300) g;
        ANALYZE t;
        """, migration: "ALTER TABLE t ALTER a TYPE int USING a::int;", comparing: false)
  }

  private static func path(_ rehearsal: Rehearsal) throws -> String {
    rehearsal.folder + "/migrations/main/live/"
      + (try #require(rehearsal.workspace.planFiles.first))
  }

  @Test
  func `A lost file is written again, byte by byte, and the operator is told`() async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    let path = try Self.path(rehearsal)
    let bytes = try Data(contentsOf: URL(filePath: path))
    let told = Mutex<[String]>([])
    let observer: RunObserver = { event in
      if case .notice(_, let text) = event { told.withLock { $0.append(text) } }
    }
    for step in 0..<3 {
      try FileManager.default.removeItem(atPath: path)
      told.withLock { $0 = [] }
      switch step {
      case 0: _ = try await engine.run(id, options: Rehearsal.everything, onEvent: observer)
      case 1: told.withLock { $0 = [""] }; #expect(try await engine.show(id).fileRemark != nil)
      default: _ = try await engine.finalize(id, justification: "test", onEvent: observer)
      }
      #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
      #expect(told.withLock { $0 }.count >= 1)
    }
    #expect(try await engine.show(id).row.status == .complete)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A plan whose file is lost is reverted`() async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    _ = try await engine.run(id, options: RunOptions(allowDestructive: true)) { _ in }
    try FileManager.default.removeItem(atPath: rehearsal.folder + "/migrations/main/live")
    _ = try await engine.revert(id, justification: "test") { _ in }
    #expect(try await rehearsal.leftOvers() == [])
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A copy that another role can write is not run`() async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, role) = (try await rehearsal.plan(), try await rehearsal.database.makeRole())
    let engine = rehearsal.engine()
    try await engine.connection().execute(
      "GRANT UPDATE ON djogi_live_plans TO \(identifier: role)")
    try FileManager.default.removeItem(atPath: try Self.path(rehearsal))
    let error = await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    guard case .ledger(.untrustedCopy(id, _, [role])) = error else { throw try #require(error) }
    #expect(rehearsal.workspace.planFiles == [])
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A changed file is refused, whatever the copy says`() async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    try Data("{}".utf8).write(to: URL(filePath: try Self.path(rehearsal)))
    let error = await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    #expect(error?.category == .drift)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  /// Where another plan stands when a workspace without its file meets its table.
  @Test(arguments: [false, true])
  func `Another workspace is refused a table under a plan`(hasBegun: Bool) async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    if hasBegun {
      _ = try await engine.run(id, options: RunOptions(allowDestructive: true)) { _ in }
    }
    let folder = try WorkspaceFolder()
    try folder.write(
      "ALTER TABLE t RENAME COLUMN a TO b;",
      to: "migrations/main/other/V20270101000000__rename.sql")
    let database = rehearsal.database
    let other = LiveEngine(
      workspace: folder.workspace, database: .main, settings: Rehearsal.quick, node: 2
    ) { try await database.connect() }
    let error = await #expect(throws: EngineError.self) {
      try await other.apply(version: nil, app: nil, allowDestructive: true, justification: "x")
    }
    guard case .tableInPlan(_, id, _, _) = error else { throw try #require(error) }
    #expect(error?.category == .conflict)
    try await engine.connection().execute("UPDATE t SET a = '7' WHERE id = 7")
    await other.disconnect()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `Nothing is planned on what an abandoned plan has left`() async throws {
    let rehearsal = try await Self.rehearsal()
    let (id, engine) = (try await rehearsal.plan(), rehearsal.engine())
    _ = try await engine.run(id, options: RunOptions(allowDestructive: true)) { _ in }
    _ = try await engine.abandon(id, justification: "test")
    for attempt in 0..<2 {
      let error = await #expect(throws: EngineError.self) {
        if attempt == 0 { return _ = try await rehearsal.plan() }
        _ = try await engine.apply(
          version: nil, app: nil, allowDestructive: true, justification: "x")
      }
      guard case .ledger(.leftBehind(_, id, .abandoned, _, canRevert: true)) = error else {
        throw try #require(error)
      }
      #expect(error?.category == .conflict)
      #expect(error?.next == NextStep(.revert(id)))
    }
    _ = try await engine.revert(id, justification: "test") { _ in }
    #expect(try await rehearsal.drive(try await rehearsal.plan()).status == .complete)
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
