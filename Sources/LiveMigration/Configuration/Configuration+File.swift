internal import Postgres
internal import SchemaChange
internal import TOMLKit

extension Configuration {
  /// The most bytes that a configuration may have.
  static let maximumSize = 64 << 10

  /// Reads a workspace's `Djogi.toml`.
  public static func load(workspace: Workspace) throws(ConfigurationError) -> Configuration {
    let path = workspace.configurationPath
    let bytes: [UInt8]
    do throws(WorkspaceError) {
      bytes = try workspace.contents(of: path, limit: maximumSize)
    } catch .missing {
      throw .missing(path: path)
    } catch {
      throw .unreadable(error)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(.notUTF8(path: path))
    }
    return try Configuration(toml: text, file: path)
  }

  /// Reads a configuration from its text; `file` is what messages call it.
  public init(toml text: String, file: String) throws(ConfigurationError) {
    let source = try ConfigurationSource(text: text, file: file)
    let root = ConfigurationTable(source.table, source: source)
    let profile = try root.word("profile")
    let database = try root.table("database")
    var connectionStrings: [TargetDatabase: String] = [:]
    for name in TargetDatabase.allCases {
      connectionStrings[name] = try database.string(name.configurationKey)
    }
    self.init(
      profile: profile, connectionStrings: connectionStrings,
      live: try LiveSettings(root.table("live")), shell: try ShellSettings(root.table("shell")))
    migrations = try MigrationSettings(root.table("migrations"))
    notify = try NotifySettings(root.table("notify"))
    try root.refuseUnknownKeys()
  }
}

extension LiveSettings {
  init(_ table: ConfigurationTable) throws(ConfigurationError) {
    self.init()
    let many = 1...1_000_000_000_000
    // What lock_timeout holds: milliseconds in 31 bits, and 0 would wait for ever.
    let time = 1...Int(Int32.max)
    validationThresholdRows =
      try table.integer("validation_threshold_rows", 0...many.upperBound) ?? validationThresholdRows
    multiFKThreshold = try table.integer("multi_fk_threshold", 1...1_000_000) ?? multiFKThreshold
    backfillChunkSize =
      try table.integer("backfill_chunk_size", 1...1_000_000_000) ?? backfillChunkSize
    chunkTarget = try table.milliseconds("chunk_target_ms", time) ?? chunkTarget
    lockTimeout = try table.milliseconds("lock_timeout_ms", time) ?? lockTimeout
    swapBudget = try table.milliseconds("swap_budget_ms", time)
    snapshotWait =
      try table.milliseconds("snapshot_wait_ms", 0...time.upperBound) ?? snapshotWait
    lockRetries = try table.integer("lock_retries", 0...1_000_000) ?? lockRetries
    retryBase = try table.milliseconds("retry_base_ms", time) ?? retryBase
    let cap = try table.milliseconds("retry_cap_ms", time)
    retryCap = cap ?? retryCap
    guard retryCap >= retryBase else {
      throw cap == nil
        ? table.invalid("retry_base_ms", "at most the default retry_cap_ms, 5000")
        : table.invalid("retry_cap_ms", "at least retry_base_ms")
    }
    maxRowsPerSecond = try table.integer("max_rows_per_second", many)
    maxReplicationLag = try table.milliseconds("max_replication_lag_ms", time)
    maxSlotLagMB = try table.integer("max_slot_lag_mb", 1...1_000_000_000)
    throttleQuery = try table.word("throttle_query")
    stopQuery = try table.word("stop_query")
    yieldsToClients = try table.boolean("yields_to_clients") ?? yieldsToClients
    clientSlowdown = try table.number("client_slowdown", Self.clientSlowdowns) ?? clientSlowdown
    workers = try table.integer("workers", 1...64) ?? workers
    strides = try table.integer("strides", 1...64) ?? strides
    if let text = try table.word("windows") {
      guard let windows = TimeWindow.list(text) else {
        throw table.invalid("windows", "times of the day such as '22:00-06:00,12:00-13:00'")
      }
      self.windows = windows
    }
    newShape = try table.boolean("new_shape") ?? newShape
    proof = try table.boolean("proof") ?? proof
    scratchURL = try table.word("scratch_url").map(SecretText.init)
    ledgerSchema = try table.word("ledger_schema") ?? ledgerSchema
    // PostgreSQL would cut a longer name off in silence.
    guard ledgerSchema.utf8.count <= 63 else {
      throw table.invalid("ledger_schema", "a name of at most 63 bytes")
    }
  }
}

extension ShellSettings {
  init(_ table: ConfigurationTable) throws(ConfigurationError) {
    self.init()
    historyFile = try table.word("history_file")
    pager = try table.string("pager")
  }
}
