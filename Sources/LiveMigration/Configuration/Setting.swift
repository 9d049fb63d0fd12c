/// One setting: its key in the configuration, its name at `tune`, its values, and where it is kept.
///
/// The lists of settings are the one place that knows them. Reading `Djogi.toml`, `tune`, completion, what is shown of a
/// backfill and the manual's check go by these.
struct Setting<Root>: Sendable {
  /// Its key in its table of the configuration.
  let key: String
  /// What `tune` calls it; `nil` when it cannot be changed while a plan runs.
  let tuned: Tuning.Key?
  /// What a typed value must be.
  let expectation: String
  /// Reads it from the configuration, and leaves it as it is when the file does not have it.
  let read: @Sendable (ConfigurationTable, inout Root) throws(ConfigurationError) -> Void
  /// Takes a value as it is typed; false when that makes no sense.
  let take: @Sendable (String, inout Root) -> Bool
  /// The value as it is typed.
  let text: @Sendable (Root) -> String

  init<Value>(
    _ key: String, _ path: any WritableKeyPath<Root, Value> & Sendable,
    _ value: SettingValue<Value>, tuned: Tuning.Key? = nil
  ) {
    self.key = key
    self.tuned = tuned
    expectation = value.expectation
    read = { table, root throws(ConfigurationError) in
      if let value = try value.read(table, key) { root[keyPath: path] = value }
    }
    take = { text, root in
      guard let value = value.parse(text) else { return false }
      root[keyPath: path] = value
      return true
    }
    text = { root in value.text(root[keyPath: path]) }
  }

  /// A setting that may be none, which `tune` calls `none`.
  init<Value>(
    _ key: String, _ path: any WritableKeyPath<Root, Value?> & Sendable,
    orNone value: SettingValue<Value>, tuned: Tuning.Key? = nil
  ) {
    self.init(key, path, value.orNone, tuned: tuned)
  }
}

extension [Setting<LiveSettings>] {
  /// Those that `tune` changes, by its names for them.
  var byTuningKey: [Tuning.Key: Setting<LiveSettings>] {
    reduce(into: [:]) { found, setting in
      if let key = setting.tuned { found[key] = setting }
    }
  }
}
