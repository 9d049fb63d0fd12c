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
  init(_ table: ConfigurationTable) throws(ConfigurationError) {
    self.init()
    if let name = try table.word("layout") {
      guard let layout = MigrationLayout.named(name) else {
        let names = MigrationLayout.all.map(\.name).joined(separator: ", ")
        throw table.invalid("layout", "one of \(names)")
      }
      self.layout = layout
    }
    if let path = try table.word("path") {
      let parts = path.split(separator: "/").filter { $0 != "." }
      guard !path.hasPrefix("/"), !parts.isEmpty, !parts.contains("..") else {
        throw table.invalid("path", "a folder below the workspace's")
      }
      self.path = parts.joined(separator: "/")
    }
    if let word = try table.word("record") {
      guard let record = Record(rawValue: word) else {
        throw table.invalid("record", "own or both")
      }
      self.record = record
    }
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
