import Foundation
import Postgres
import PrivateServer
import Rehearsals
import SchemaChange
import Synchronization
import TestSupport
import Testing

@testable import LiveMigration

/// Where copies are made, and that none stays.
@Suite("The place of a proof", .database)
struct ProofSiteTests {
  private static let change = "ALTER TABLE t ALTER a TYPE bigint"

  private static func setup(owner: String) -> String {
    """
    CREATE TABLE t (id int PRIMARY KEY, a int);
    INSERT INTO t SELECT g, g FROM generate_series(1, 50) g;
    GRANT SELECT ON t TO public;
    ALTER TABLE t OWNER TO \(owner);
    """
  }

  @Test
  func `A role that may make databases needs no more for a copy`() async throws {
    let role = try await TestDatabase.current.makeRole(attributes: "CREATEDB")
    let bench = try await ProofBench(Self.setup(owner: role), user: role)
    let proof = try await bench.prove(file: Self.change, plan: Self.change)
    guard case .proved(let facts) = proof else {
      Issue.record("\(proof)")
      return
    }
    #expect(facts.place == "on the same server")
    #expect(facts.rows > 4)
    #expect(try await bench.scratches() == [])
  }

  @Test
  func `A role that may not is told how, where there is no other server`() async throws {
    let role = try await TestDatabase.current.makeRole()
    let bench = try await ProofBench(Self.setup(owner: role), user: role)
    let proof = try await bench.prove(file: Self.change, plan: Self.change)
    #expect(proof.word == "not_proved")
    #expect(proof.sentence.contains("ALTER ROLE \(role) CREATEDB"), "\(proof.sentence)")
    #expect(proof.sentence.contains("scratch_url"))
  }

  @Test
  func `A private server stands in, with the roles of the real one`() async throws {
    let role = try await TestDatabase.current.makeRole()
    let bench = try await ProofBench(Self.setup(owner: role), user: role)
    let proof = try await bench.prove(
      file: Self.change, plan: Self.change, startsServers: true)
    guard case .proved(let facts) = proof else {
      Issue.record("\(proof)")
      return
    }
    #expect(facts.place == "on a private server")
    #expect(facts.rows > 4)
  }

  @Test
  func `Another server gets definitions, and no values of rows`() async throws {
    let role = try await TestDatabase.current.makeRole()
    let bench = try await ProofBench(Self.setup(owner: role), user: role)
    let cluster = bench.database.cluster
    let seen = Mutex<[String]>([])
    let means = ProofMeans(
      sameServer: bench.means().sameServer,
      // The same server by another role's way.
      scratchServer: { try await cluster.connect(database: $0 ?? "postgres") },
      startsServers: false)
    let proof = PlanProof(
      means: means,
      direct: DirectRun(
        statements: MigrationParser.statements(Self.change, file: "file.sql"),
        session: PlanSession()),
      mentions: [.init(schema: "public", name: "t")],
      drive: { connect in
        let connection = try await connect()
        let rows = try await connection.query("SELECT id::text FROM t")
        seen.withLock { $0 = rows.compactMap { $0.texts[0] } }
        try await connection.script(Self.change)
        await connection.close()
        return .complete
      })
    let live = try await bench.database.connect(user: role)
    let result = try await proof.run(on: live)
    await live.close()
    guard case .proved(let facts) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(facts.place == "on the server of scratch_url")
    let ids = seen.withLock { $0 }
    #expect(!ids.isEmpty)
    #expect(!ids.contains("1"))
  }

  @Test
  func `A file that changes roles is not run on a server that others use`() async throws {
    let bench = try await ProofBench(Self.setup(owner: TestCluster.superuser))
    let role = TestNames.next("proof_role")
    let file = "DO 'BEGIN CREATE ROLE \(role); END'"
    let proof = try await bench.prove(file: file, plan: file)
    #expect(proof.word == "not_proved")
    #expect(proof.sentence.contains("changes roles"), "\(proof.sentence)")
    let admin = try await bench.database.connect()
    let count: Int = try await admin.query(
      "SELECT count(*) FROM pg_roles WHERE rolname = \(role)"
    ).only().decode(0)
    await admin.close()
    #expect(count == 0)
  }

  @Test
  func `Subscriptions are not copied, and nothing connects`() async throws {
    let bench = try await ProofBench(
      Self.setup(owner: TestCluster.superuser) + """
        CREATE SUBSCRIPTION \(TestNames.next("s")) CONNECTION 'host=/nowhere' PUBLICATION p
          WITH (connect = false, slot_name = NONE);
        """)
    let proof = try await bench.prove(file: Self.change, plan: Self.change)
    #expect(proof.word == "proved", "\(proof)")
    let admin = try await bench.database.connect()
    for name in try await admin.query(
      "SELECT subname::text FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ) {
      try await admin.execute("DROP SUBSCRIPTION \(identifier: try name.decode(0))")
    }
    await admin.close()
  }

  @Test
  func `An extension that the copy lacks is named`() async throws {
    let bench = try await ProofBench(Self.setup(owner: TestCluster.superuser))
    let connection = try await bench.database.connect()
    // As if the server's files for it were gone.
    try await connection.script(
      """
      CREATE EXTENSION IF NOT EXISTS citext;
      UPDATE pg_extension SET extversion = '0.0.1' WHERE extname = 'citext'
      """)
    await connection.close()
    let proof = try await bench.prove(file: Self.change, plan: Self.change)
    #expect(proof.word == "not_proved")
    #expect(proof.sentence.contains("citext"), "\(proof.sentence)")
  }

  @Test
  func `A cancelled proof leaves no database behind`() async throws {
    let bench = try await ProofBench(Self.setup(owner: TestCluster.superuser))
    let (stream, started) = AsyncStream<Void>.makeStream()
    let task = Task {
      try await bench.prove(file: Self.change) { connect in
        let connection = try await connect()
        started.finish()
        do {
          try await connection.script("SELECT pg_sleep(600)")
        } catch {
          await connection.close()
          throw error
        }
        return .complete
      }
    }
    for await _ in stream {}
    #expect(try await bench.scratches().count == 1)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await bench.scratches() == [])
  }

  @Test
  func `What a killed program left behind is dropped when it is old and unused`() async throws {
    let bench = try await ProofBench("")
    let number = TestNames.next("1").dropFirst(2)
    let (old, used, young) = (
      ScratchDatabases.prefix + "1000000000_1_\(number)",
      ScratchDatabases.prefix + "1000000000_2_\(number)", ScratchDatabases.newName()
    )
    let admin = try await bench.database.connect()
    for name in [old, used, young] {
      try await admin.execute("CREATE DATABASE \(identifier: name) TEMPLATE template0")
    }
    let user = try await bench.database.cluster.connect(database: used)
    let scratches = ScratchDatabases(connect: bench.means().sameServer)
    // Another test's proof may have been quicker; then it is gone all the same.
    _ = try await scratches.dropLeftOvers(on: admin)
    let left = try await admin.query(
      "SELECT datname::text FROM pg_database WHERE datname = ANY (\([old, used, young])) ORDER BY 1"
    ).map { try $0.decode(0, as: String.self) }
    #expect(left == [used, young].sorted())
    await user.close()
    for name in [used, young] { #expect(await scratches.drop(name) == nil) }
    await admin.close()
  }

  @Test
  func `Names tell who made a database and when`() throws {
    let birth = try #require(ScratchDatabases.birth(of: ScratchDatabases.newName()))
    #expect(abs(birth.timeIntervalSinceNow) < 60)
    for name in [
      "djogi_scratch_", "djogi_scratch_x_1_1", "djogi_scratch_1_1", "djogi_scratch_1_1_1_1", "shop",
    ] {
      #expect(ScratchDatabases.birth(of: name) == nil, "\(name)")
    }
  }
}
