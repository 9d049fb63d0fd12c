internal import Foundation
internal import LiveMigration
internal import Postgres
internal import PrivateServer

/// How long a proof takes: the same plan in schemas of several sizes, with the proof and without.
enum ProofRun {
  /// The sizes of the schemas, in tables; each has three indexes, a key to another and a view.
  private static let sizes = [1, 20, 100]

  static func measure(repeats: Int) async throws {
    try await SizedSchemas.forEach(sizes) {
      schema($0)
    } measure: {
      try await measure($0, repeats: repeats, on: $1, $2)
    }
  }

  private static func measure(
    _ size: Int, repeats: Int, on server: PrivateServer, _ name: String
  ) async throws {
    for proves in [false, true] {
      var times: [Double] = []
      for _ in 0..<max(repeats, 1) { times.append(try await plan(name, proves, on: server)) }
      let median = times.sorted()[times.count / 2]
      let word = proves ? "with the proof" : "without"
      print(String(format: "%3d tables, plan %@: median %.2f s", size, word, median))
    }
  }

  private static func plan(
    _ name: String, _ proves: Bool, on server: PrivateServer
  ) async throws -> Double {
    let folder = try TemporaryFolder.make("djogi-proof-benchmark")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bucket = folder + "/migrations/main/_global_"
    try FileManager.default.createDirectory(atPath: bucket, withIntermediateDirectories: true)
    let migration = "ALTER TABLE t1 ALTER COLUMN amount TYPE bigint;\nCREATE INDEX ON t1 (note);\n"
    try Data(migration.utf8).write(
      to: URL(fileURLWithPath: bucket + "/V20260428000000__widen.sql"))
    var settings = LiveSettings()
    settings.validationThresholdRows = 1
    let open: ScratchDatabases.Connect = { database in
      try await .connect(
        ConnectionConfiguration(server.url(database: database ?? name)), onNotice: { _ in })
    }
    let engine = LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: settings, node: 1,
      proofMeans: ProofMeans(sameServer: open), connect: { try await open(nil) })
    let start = ContinuousClock.now
    let results = try await engine.plan(version: nil, app: nil, dryRun: true, proves: proves)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    await engine.disconnect()
    guard case .dryRun(_, _, _, let proof) = results.first else {
      throw BenchmarkError("no plan was made: \(results)")
    }
    if proves, proof.word != "proved" { throw BenchmarkError(proof.sentence) }
    return seconds
  }

  private static func schema(_ size: Int) -> String {
    let tables = (1...size).map { number in
      """
      CREATE TABLE t\(number) (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount int NOT NULL,
        note text, kind int, made timestamptz DEFAULT now(), price numeric(10,2), flag boolean,
        other bigint REFERENCES t\(max(number - 1, 1)), CHECK (amount > -1000000));
      CREATE INDEX ON t\(number) (kind); CREATE INDEX ON t\(number) (made, price);
      CREATE VIEW v\(number) AS SELECT id, note FROM t\(number);
      INSERT INTO t\(number) (amount, note, kind) SELECT g, 'n' || g, g % 7 FROM generate_series(1, 50) g;
      """
    }
    return tables.joined(separator: "\n") + "\nANALYZE;"
  }
}
