internal import LiveMigration
internal import Postgres
internal import PrivateServer

/// The circumstances that each strategy is measured in.
struct Scenario: Sendable {
  var name: String
  var data: Dataset
  var hasWriters = false
  var pinsHorizon = false

  /// Every kind of table, by itself, with writers, and with an old snapshot.
  static func all(rows: Int) -> [Scenario] {
    let tables = Dataset.Width.allCases.flatMap { width in
      Dataset.Key.allCases.map { key in
        Dataset(key: key, width: width, rows: width == .wide ? rows / 2 : rows)
      }
    }
    return tables.flatMap { data in
      let name = "\(data.width) rows, \(data.key) key, "
      return [
        Scenario(name: name + "quiet", data: data),
        Scenario(name: name + "four writers", data: data, hasWriters: true),
        Scenario(name: name + "an old snapshot", data: data, pinsHorizon: true),
      ]
    }
  }
}

/// A server with the settings of a small production machine, and the data to copy.
struct Laboratory: Sendable {
  let server: PrivateServer
  /// How djogi-shell is to work.
  let settings: LiveSettings

  init(settings: LiveSettings) async throws {
    self.settings = settings
    server = try await PrivateServer(settings: [
      "shared_buffers": "'1GB'", "max_wal_size": "'16GB'", "min_wal_size": "'4GB'",
      "checkpoint_timeout": "'1h'", "autovacuum": "off",
    ])
  }

  /// Fills the database that runs copy, once.
  func prepare(_ data: Dataset) async throws {
    let admin = try await server.connect("postgres")
    let exists = try await admin.query("SELECT FROM pg_database WHERE datname = \(data.template)")
    if exists.isEmpty {
      try await admin.execute("CREATE DATABASE \(identifier: data.template)")
      let connection = try await server.connect(data.template)
      for statement in data.setup.split(separator: ";\n") {
        try await connection.execute(SQL(raw: String(statement)))
      }
      await connection.close()
    }
    await admin.close()
  }

  /// Measures a strategy on a copy of its own.
  func measure(_ strategy: Strategy, in scenario: Scenario) async throws -> Measurement {
    let admin = try await server.connect("postgres")
    try await admin.execute("DROP DATABASE IF EXISTS run WITH (FORCE)")
    try await admin.execute(
      "CREATE DATABASE run TEMPLATE \(identifier: scenario.data.template) STRATEGY file_copy")
    let result = try await measureCopy(strategy, in: scenario)
    try await admin.execute("DROP DATABASE run WITH (FORCE)")
    await admin.close()
    return result
  }

  private func measureCopy(
    _ strategy: Strategy, in scenario: Scenario
  ) async throws -> Measurement {
    let connection = try await server.connect("run")
    if !strategy.preparation.isEmpty { try await connection.script(strategy.preparation) }
    // Every strategy starts with the table in memory.
    try await connection.execute("SELECT count(*) FROM entry WHERE note = ''")
    let live =
      strategy == .live
      ? try await LiveRun(settings: settings) { try await server.connect("run", "djogi-shell") }
      : nil
    // What the copying left to be written would slow the writers down.
    try await connection.execute("CHECKPOINT")
    var idle: Writers.Latency?
    if scenario.hasWriters {
      let writers = try self.writers(scenario)
      try await Task.sleep(for: .seconds(4))
      idle = try await writers.stop()
    }
    let reader = try await pin(scenario)
    try await connection.execute("CHECKPOINT")
    let before = try await figures(connection)
    // A session that asked a moment ago is taken for a client at work, even this one.
    try await Task.sleep(for: .milliseconds(200))
    let writers = scenario.hasWriters ? try self.writers(scenario) : nil
    let start = ContinuousClock.now
    var seconds = try await live?.run()
    try await strategy.fill(on: connection)
    seconds = seconds ?? (ContinuousClock.now - start) / .seconds(1)
    let latency = try await writers?.stop()
    await live?.close()
    let result = try await finish(strategy, scenario, before, connection)
    await reader?.close()
    await connection.close()
    return result(seconds ?? 0, idle, latency)
  }

  private func writers(_ scenario: Scenario) throws -> Writers {
    try Writers(server: server, database: "run", rows: scenario.data.rows)
  }

  /// Opens a snapshot that stays, old enough to be noticed.
  private func pin(_ scenario: Scenario) async throws -> PostgresConnection? {
    guard scenario.pinsHorizon else { return nil }
    let reader = try await server.connect("run", "report")
    try await reader.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
    try await reader.execute("SELECT pg_sleep(6)")
    return reader
  }

  // MARK: - Figures

  private struct Figures: Sendable {
    var wal: Int64
    var heap: Int64
    var indexes: Int64
  }

  private func figures(_ connection: PostgresConnection) async throws -> Figures {
    let row = try await connection.query(
      """
      SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS wal,
        pg_relation_size('entry') AS heap, pg_indexes_size('entry') AS indexes
      """
    ).only()
    return Figures(
      wal: try row.decode("wal"), heap: try row.decode("heap"), indexes: try row.decode("indexes"))
  }

  private func finish(
    _ strategy: Strategy, _ scenario: Scenario, _ before: Figures, _ connection: PostgresConnection
  ) async throws -> @Sendable (Double, Writers.Latency?, Writers.Latency?) -> Measurement {
    let after = try await figures(connection)
    // The counters of a session arrive when it has been idle, or is asked.
    try await connection.execute("SELECT pg_stat_force_next_flush()")
    try await connection.execute("SELECT 1")
    try await Task.sleep(for: .seconds(1))
    let hot: Double? = try await connection.query(
      """
      SELECT 100.0::float8 * n_tup_hot_upd / nullif(n_tup_upd, 0) FROM pg_stat_user_tables
      WHERE relname = 'entry'
      """
    ).only().decode(0)
    try await connection.execute(SQL(raw: Dataset.rewrite))
    let fresh: Int64 = try await connection.query("SELECT pg_relation_size('fresh')").only()
      .decode(0)
    return { seconds, idle, latency in
      Measurement(
        scenario: scenario.name, strategy: strategy, seconds: seconds,
        walBytes: after.wal - before.wal, heapBytes: after.heap, freshBytes: fresh,
        indexBytes: after.indexes, indexBytesBefore: before.indexes, hotPercent: hot ?? 0,
        writers: latency, idleWriters: idle)
    }
  }
}

extension PrivateServer {
  func connect(
    _ database: String, _ name: String = "benchmark"
  ) async throws -> PostgresConnection {
    try await PostgresConnection.connect(
      ConnectionConfiguration(url(database: database), applicationName: name))
  }
}
