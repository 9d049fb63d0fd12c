import LiveMigration
import Testing

@Suite("The configuration")
struct ConfigurationTests {
  private func read(_ text: String) throws(ConfigurationError) -> Configuration {
    try Configuration(toml: text, file: "Djogi.toml")
  }

  @Test
  func `An empty file has the documented defaults`() throws {
    let configuration = try read("")
    #expect(configuration == Configuration())
    let live = configuration.live
    #expect(live.validationThresholdRows == 100_000)
    #expect(live.multiFKThreshold == 4)
    #expect(live.backfillChunkSize == 10_000)
    #expect(live.chunkTarget == .milliseconds(100))
    #expect(live.lockTimeout == .milliseconds(1000))
    #expect(live.lockRetries == 30)
    #expect(live.retryBase == .milliseconds(100))
    #expect(live.retryCap == .milliseconds(5000))
    #expect(live.ledgerSchema == "public")
    #expect(live.clientSlowdown == 2)
    #expect(live.workers == 1)
    #expect(live.strides == 12)
    #expect(live.maxRowsPerSecond == nil && live.maxReplicationLag == nil)
    #expect(live.maxSlotLagMB == nil && live.throttleQuery == nil)
    #expect(configuration.shell == ShellSettings())
  }

  @Test
  func `Every key is read`() throws {
    let configuration = try read(
      """
      \u{feff}# Everything.
      profile = "staging"
      shell = { history_file = "~/h", pager = "" }
      database.url = "postgres://a"
      database.crud_log_url = "postgres://b"
      database.event_log_url = 'postgres://c'
      [live]
      validation_threshold_rows = 0
      multi_fk_threshold = 5
      backfill_chunk_size = 6_000
      chunk_target_ms = 7
      lock_timeout_ms = 0x8
      lock_retries = 0
      retry_base_ms = 10
      retry_cap_ms = 10
      ledger_schema = "Öps"
      max_rows_per_second = 11
      max_replication_lag_ms = 12
      max_slot_lag_mb = 13
      throttle_query = "SELECT false"
      client_slowdown = 1.5
      workers = 4
      strides = 16
      snapshot_wait_ms = 0
      windows = "22:00-06:00"
      """)
    #expect(configuration.profile == "staging")
    #expect(configuration.shell.historyPath(environment: ["HOME": "/home/a"]) == "/home/a/h")
    #expect(configuration.shell.historyPath(environment: [:]) == "~/h")
    #expect(configuration.shell.pager == "")
    let urls = TargetDatabase.allCases.map {
      configuration.connectionString(for: $0, environment: [:])
    }
    #expect(urls == ["postgres://a", "postgres://b", "postgres://c"])
    var live = LiveSettings()
    live.validationThresholdRows = 0
    live.multiFKThreshold = 5
    live.backfillChunkSize = 6000
    live.chunkTarget = .milliseconds(7)
    live.lockTimeout = .milliseconds(8)
    live.lockRetries = 0
    live.retryBase = .milliseconds(10)
    live.retryCap = .milliseconds(10)
    live.ledgerSchema = "Öps"
    live.maxRowsPerSecond = 11
    live.clientSlowdown = 1.5
    live.maxReplicationLag = .milliseconds(12)
    live.maxSlotLagMB = 13
    live.throttleQuery = "SELECT false"
    live.workers = 4
    live.strides = 16
    live.snapshotWait = .zero
    live.windows = [try #require(TimeWindow("22:00-06:00"))]
    #expect(configuration.live == live)
  }

  @Test
  func `The environment wins over the file, and empty texts count as none`() throws {
    let configuration = try read("[database]\nurl = 'file'\ncrud_log_url = ''")
    let environment = ["DATABASE_URL": "", "CRUD_LOG_URL": "", "EVENT_LOG_URL": "environment"]
    #expect(configuration.connectionString(for: .main, environment: environment) == "file")
    #expect(
      configuration.connectionString(for: .main, environment: ["DATABASE_URL": "other"]) == "other")
    #expect(configuration.connectionString(for: .crudLog, environment: environment) == nil)
    #expect(
      configuration.connectionString(for: .eventLog, environment: environment) == "environment")
  }

  @Test
  func `Production is said by the profile or the environment`() throws {
    #expect(try read("profile = 'production'").isProduction(environment: [:]))
    #expect(Configuration().isProduction(environment: ["DJOGI_ENV": "PRODuction"]))
    #expect(!Configuration().isProduction(environment: ["DJOGI_ENV": "prod"]))
    #expect(!(try read("profile = 'staging'").isProduction(environment: [:])))
  }

  @Test
  func `No password is ever shown`() throws {
    let url = "postgres://u:geheim@h/d"
    let configuration = try read("[database]\nurl = '\(url)'")
    var dumped = ""
    dump(configuration, to: &dumped)
    for text in [
      "\(configuration)", String(reflecting: configuration), String(describing: [configuration]),
      dumped,
    ] {
      #expect(!text.contains("geheim"))
      #expect(!text.contains("postgres:"))
    }
    #expect("\(configuration)".contains("configured databases: [main]"))
  }

  @Test
  func `The workspace's file is loaded`() throws {
    let folder = try WorkspaceFolder()
    let path = folder.path + "/Djogi.toml"
    #expect(throws: ConfigurationError.missing(path: path)) {
      try Configuration.load(workspace: folder.workspace)
    }
    #expect(ConfigurationError.missing(path: path).description.contains(path))
    try folder.write("[live]\nworkers = 3", to: "Djogi.toml")
    #expect(try Configuration.load(workspace: folder.workspace).live.workers == 3)
    try folder.write("[live]\nworker = 3", to: "Djogi.toml")
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.load(workspace: folder.workspace)
    }
    #expect(
      error?.description == "\(path):2:1: error: There is no key [live] worker; "
        + "did you mean workers?")
  }
}
