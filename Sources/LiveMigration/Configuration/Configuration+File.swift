internal import SchemaChange

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

extension ShellSettings {
  /// Every key of `[shell]`.
  static let all: [Setting<ShellSettings>] = [
    Setting("history_file", \.historyFile, orNone: .word("a file")),
    Setting("pager", \.pager, orNone: .command),
  ]

  init(_ table: ConfigurationTable) throws(ConfigurationError) {
    self.init()
    for setting in Self.all { try setting.read(table, &self) }
  }
}

extension SettingValue<String> {
  /// A command as a shell reads it; empty for none.
  fileprivate static var command: SettingValue {
    ofFile("a command") { table, key throws(ConfigurationError) in try table.string(key) }
  }
}
