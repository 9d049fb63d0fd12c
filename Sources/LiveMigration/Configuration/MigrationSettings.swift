/// Where migrations are, and where it is recorded that one is applied: the table `[migrations]`.
public struct MigrationSettings: Hashable, Sendable {
  /// The layout; `nil` for the one that is recognised.
  public var layout: MigrationLayout?
  /// The folder, below the workspace's; `nil` for the layout's usual one.
  public var path: String?
  /// Where it is recorded that a migration is applied.
  public var record = Record.own

  /// Where it is recorded that a migration is applied.
  public enum Record: String, Hashable, Sendable, CaseIterable {
    /// In this program's ledger alone.
    case own
    /// In the layout's tool's table too.
    case both
  }

  /// Makes the settings of an empty table.
  public init() {}
}

extension MigrationSettings {
  /// Every key of `[migrations]`.
  static let all: [Setting<MigrationSettings>] = [
    Setting("layout", \.layout, orNone: .layout),
    Setting("path", \.path, orNone: .folder),
    Setting("record", \.record, .record),
  ]

  init(_ table: ConfigurationTable) throws(ConfigurationError) {
    self.init()
    for setting in Self.all { try setting.read(table, &self) }
  }
}

extension SettingValue {
  /// A word of the configuration that is checked and kept as something else.
  fileprivate static func checked(
    _ expectation: String, _ parse: @escaping @Sendable (String) -> Value?
  ) -> SettingValue {
    ofFile(expectation) { table, key throws(ConfigurationError) in
      guard let word = try table.word(key) else { return nil }
      guard let value = parse(word) else { throw table.invalid(key, expectation) }
      return value
    }
  }
}

extension SettingValue<MigrationLayout> {
  fileprivate static var layout: SettingValue {
    let names = MigrationLayout.all.map(\.name).joined(separator: ", ")
    return checked("one of \(names)") { MigrationLayout.named($0) }
  }
}

extension SettingValue<String> {
  fileprivate static var folder: SettingValue {
    checked("a folder below the workspace's") { path in
      let parts = path.split(separator: "/").filter { $0 != "." }
      guard !path.hasPrefix("/"), !parts.isEmpty, !parts.contains("..") else { return nil }
      return parts.joined(separator: "/")
    }
  }
}

extension SettingValue<MigrationSettings.Record> {
  fileprivate static var record: SettingValue {
    checked("own or both") { MigrationSettings.Record(rawValue: $0) }
  }
}

extension Configuration {
  /// The workspace with its migrations where the configuration says, or where they are recognised.
  public func placing(_ workspace: Workspace) throws(WorkspaceError) -> Workspace {
    Workspace(folder: workspace.folder, migrations: try place(in: workspace))
  }

  private func place(in workspace: Workspace) throws(WorkspaceError) -> MigrationPlace {
    let recognition = LayoutRecognition(workspace)
    guard let layout = migrations.layout else {
      guard let path = migrations.path else { return try recognition.place() ?? MigrationPlace() }
      if recognition.hasOwn(below: path) { return MigrationPlace(path: path) }
      return try recognition.recognise(path)?.place ?? MigrationPlace(path: path)
    }
    if let path = migrations.path { return MigrationPlace(layout, path: path) }
    let path = layout.usualPaths.first { workspace.hasFolder(at: workspace.path($0)) }
    return MigrationPlace(layout, path: path)
  }
}

extension Workspace {
  /// A Boolean value telling whether its folder is there.
  public var exists: Bool { hasFolder(at: folder) }
}
