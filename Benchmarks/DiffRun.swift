internal import Foundation
internal import LiveMigration
internal import Postgres
internal import PrivateServer

/// How long a comparison of two schemas takes, with the migration's proof there and back and its verdicts.
enum DiffRun {
  /// The sizes of the schemas, in tables; each has ten columns, four indexes beside its key, a key to another and a
  /// function.
  private static let sizes = [50, 500]

  static func measure(repeats: Int) async throws {
    try await SizedSchemas.forEach(sizes) {
      schema($0, isNew: false)
    } measure: {
      try await measure($0, repeats: repeats, on: $1, $2)
    }
  }

  private static func measure(
    _ size: Int, repeats: Int, on server: PrivateServer, _ name: String
  ) async throws {
    let folder = try TemporaryFolder.make("djogi-diff-benchmark")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let open: ScratchDatabases.Connect = { database in
      try await .connect(
        ConnectionConfiguration(server.url(database: database ?? name)), onNotice: { _ in })
    }
    let engine = LiveEngine(
      workspace: Workspace(folder: folder), database: .main, settings: LiveSettings(), node: 1,
      proofMeans: ProofMeans(sameServer: open), connect: { try await open(nil) })
    let dump = try await seconds { _ = try await engine.dumpSchema(app: nil) }
    let files = folder + "/schema/main/_global_"
    for file in try FileManager.default.contentsOfDirectory(atPath: files) {
      try FileManager.default.removeItem(atPath: files + "/" + file)
    }
    try Data(schema(size, isNew: true).utf8).write(to: URL(fileURLWithPath: files + "/new.sql"))
    var options = DiffOptions()
    options.dryRun = true
    var times: [(diff: Double, verdicts: Double)] = []
    for _ in 0..<max(repeats, 1) {
      var text = ""
      let diff = try await seconds { text = try await engine.diff(options)[0].migration.upText }
      let verdicts = try await seconds {
        _ = try await engine.lint(text: text, file: "V__diff.sql", useServer: true)
      }
      times.append((diff, verdicts))
    }
    await engine.disconnect()
    let best = times.sorted { $0.diff + $0.verdicts < $1.diff + $1.verdicts }[0]
    print(
      String(
        format: "%3d tables: dump %.1f s; diff with its proof %.1f s, its verdicts %.1f s; %d MB",
        size, dump, best.diff, best.verdicts, peakMemory()))
  }

  private static func seconds(_ body: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  private static func schema(_ size: Int, isNew: Bool) -> String {
    (0..<size).map { number in
      let amount = isNew && number % 10 == 0 ? "bigint" : "integer"
      let more = isNew && number % 10 == 1 ? ", remark text" : ""
      let indexed = isNew && number % 25 == 2 ? "price" : "made"
      let condition = isNew && number % 20 == 3 ? " AND flag" : ""
      return """
        CREATE TABLE t\(number) (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount \(amount) NOT NULL,
          note text, made timestamptz NOT NULL DEFAULT now(), price numeric(12,2), flag boolean NOT NULL DEFAULT false,
          more jsonb, token uuid, name varchar(80), other bigint REFERENCES t\(max(number - 1, 0))\(more));
        CREATE INDEX t\(number)_amount ON t\(number) (amount); CREATE INDEX t\(number)_note ON t\(number) (note);
        CREATE INDEX t\(number)_made ON t\(number) (\(indexed)); CREATE INDEX t\(number)_token ON t\(number) (token);
        CREATE FUNCTION f\(number)(low integer) RETURNS bigint LANGUAGE sql STABLE
          AS $$ SELECT count(*) FROM t\(number) WHERE amount > low\(condition) $$;
        """
    }.joined(separator: "\n")
  }
}
