internal import SchemaChange

extension LiveSettings {
  /// Every key of `[live]`.
  static let all: [Setting<LiveSettings>] = [
    Setting(
      "validation_threshold_rows", \.validationThresholdRows, .number(0...1_000_000_000_000)),
    Setting("multi_fk_threshold", \.multiFKThreshold, .number(1...1_000_000)),
    Setting("chunk_target_ms", \.chunkTarget, .duration("100ms or 2s"), tuned: .chunkTarget),
    Setting(
      "max_rows_per_second", \.maxRowsPerSecond,
      orNone: .number(1...1_000_000_000_000, "a number of rows a second"), tuned: .maxRate),
    Setting(
      "backfill_chunk_size", \.backfillChunkSize,
      .number(1...1_000_000_000, "a number of rows from 1 to 1000000000"), tuned: .chunkSize),
    Setting("yields_to_clients", \.yieldsToClients, .onOrOff, tuned: .yield),
    Setting("client_slowdown", \.clientSlowdown, .factor(1.1...100), tuned: .clientSlowdown),
    Setting("workers", \.workers, .number(1...64), tuned: .workers),
    Setting("strides", \.strides, .number(1...64), tuned: .strides),
    Setting(
      "max_replication_lag_ms", \.maxReplicationLag, orNone: .duration("500ms or 10s"),
      tuned: .maxReplicationLag),
    Setting(
      "max_slot_lag_mb", \.maxSlotLagMB,
      orNone: .number(1...1_000_000_000, "a number of megabytes", unit: "MB"), tuned: .maxSlotLag),
    Setting("throttle_query", \.throttleQuery, orNone: .query, tuned: .throttleQuery),
    Setting("stop_query", \.stopQuery, orNone: .query, tuned: .stopQuery),
    Setting("windows", \.windows, .windows, tuned: .windows),
    Setting(
      "snapshot_wait_ms", \.snapshotWait, .durationOrZero("500ms or 10m"), tuned: .snapshotWait),
    Setting("lock_timeout_ms", \.lockTimeout, .duration("1s")),
    Setting("swap_budget_ms", \.swapBudget, orNone: .duration("1s")),
    Setting("lock_retries", \.lockRetries, .number(0...1_000_000)),
    Setting("retry_base_ms", \.retryBase, .duration("100ms")),
    Setting("retry_cap_ms", \.retryCap, .duration("5s")),
    Setting("new_shape", \.newShape, .onOrOff),
    Setting("proof", \.proof, .onOrOff),
    Setting("scratch_url", \.scratchURL, orNone: .secret),
    Setting("ledger_schema", \.ledgerSchema, .name),
  ]

  /// The settings that `tune` changes, by its names for them.
  static let tunable = all.byTuningKey

  init(_ table: ConfigurationTable) throws(ConfigurationError) {
    self.init()
    for setting in Self.all { try setting.read(table, &self) }
    guard retryCap < retryBase else { return }
    let isCapGiven = table.has("retry_cap_ms")
    throw isCapGiven
      ? table.invalid("retry_cap_ms", "at least retry_base_ms")
      : table.invalid(
        "retry_base_ms", "at most the default retry_cap_ms, \(LiveSettings().retryCap.milliseconds)"
      )
  }
}

extension SettingValue<SecretText> {
  /// A text that no message shows.
  fileprivate static var secret: SettingValue {
    ofFile("a connection string") { table, key throws(ConfigurationError) in
      try table.word(key).map(SecretText.init)
    }
  }
}

extension SettingValue<String> {
  /// An identifier; PostgreSQL would cut a longer one off in silence (manual, 4.1.1).
  fileprivate static var name: SettingValue {
    let most = 63
    let expectation = "a name of at most \(most) bytes"
    return ofFile(expectation) { table, key throws(ConfigurationError) in
      let name = try table.word(key)
      guard (name?.utf8.count ?? 0) <= most else { throw table.invalid(key, expectation) }
      return name
    }
  }
}
