internal import SchemaChange

/// Recognises in which layout a workspace keeps its migrations, from its folders alone.
public struct LayoutRecognition: Sendable {
  let workspace: Workspace

  /// Migrations that were recognised.
  public struct Found: Sendable, Hashable {
    /// Their layout and folder.
    public var place: MigrationPlace
    /// How many there are.
    public var count: Int
  }

  /// Looks in a workspace; nothing is read yet.
  public init(_ workspace: Workspace) {
    self.workspace = workspace
  }

  /// The one place where migrations are; `nil` where there is none, or several.
  public func place() throws(WorkspaceError) -> MigrationPlace? {
    if hasOwn(below: "migrations") { return MigrationPlace() }
    let found = try usual()
    return found.count == 1 ? found[0].place : nil
  }

  /// Whether the folders of this program's own layout are there.
  func hasOwn(below path: String) -> Bool {
    TargetDatabase.allCases.contains { database in
      let root = workspace.path(path, database.rawValue)
      let names = (try? workspace.names(in: root)) ?? []
      return names.contains {
        $0 != Workspace.livePlansName && workspace.hasFolder(at: "\(root)/\($0)")
      }
    }
  }

  /// What the folders hold that tools use.
  public func usual() throws(WorkspaceError) -> [Found] {
    var found: [Found] = []
    for path in MigrationLayout.usualPaths {
      if let here = try recognise(path) { found.append(here) }
    }
    return found
  }

  /// What any folder of the workspace holds; the usual ones first.
  public func everywhere() throws(WorkspaceError) -> [Found] {
    let usual = try usual()
    guard usual.isEmpty else { return usual }
    var found: [Found] = []
    var left = 5_000
    try walk("", depth: 6, &left) { path throws(WorkspaceError) in
      if let here = try recognise(path) { found.append(here) }
    }
    return found
  }

  /// The layout of a folder's migrations; `nil` when it holds none.
  ///
  /// - Throws: `WorkspaceError.severalLayouts`.
  func recognise(_ path: String) throws(WorkspaceError) -> Found? {
    let folder = workspace.path(path)
    guard workspace.hasFolder(at: folder), let names = try? workspace.names(in: folder) else {
      return nil
    }
    var counts: [String: Int] = [:]
    for name in names {
      if let layout = layout(of: name, in: folder) { counts[layout, default: 0] += 1 }
    }
    // A way up with an ending of its own tells nothing of the tool: a sign of it stands beside.
    if let count = counts.removeValue(forKey: Self.upAndDown) {
      let name = counts["sqlx"] != nil || isRust(path) ? "sqlx" : "golang-migrate"
      counts[name, default: 0] += count
    }
    guard counts.count <= 1 else {
      throw .severalLayouts(path: folder, counts.keys.sorted())
    }
    guard let (name, count) = counts.first, let layout = MigrationLayout.named(name) else {
      return nil
    }
    return Found(place: MigrationPlace(layout, path: path), count: count)
  }

  private static let upAndDown = "up and down"

  private func layout(of name: String, in folder: String) -> String? {
    let path = "\(folder)/\(name)"
    if workspace.hasFolder(at: path) {
      guard MigrationVersion(rawValue: name) != nil else { return nil }
      if workspace.hasFile(at: path + "/migration.sql") { return "prisma" }
      return workspace.hasFile(at: path + "/up.sql") ? "diesel" : nil
    }
    guard name.hasSuffix(".sql"), !name.hasSuffix(".down.sql") else { return nil }
    if name.hasSuffix(".up.sql") {
      let version = MigrationVersion(rawValue: String(name.dropLast(".up.sql".count)))
      return version.map { $0.rawValue.hasPrefix("V") } == false ? Self.upAndDown : nil
    }
    guard let version = MigrationVersion(rawValue: String(name.dropLast(4))) else { return nil }
    if version.rawValue.hasPrefix("V") { return "flyway" }
    guard !version.number.contains("-") else { return nil }
    return sectioned(path) ?? "sqlx"
  }

  /// The layout whose dividing lines a file has.
  private func sectioned(_ path: String) -> String? {
    guard let bytes = try? workspace.contents(of: path, limit: MigrationFile.maximumSize) else {
      return nil
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return MigrationLayout.all.first { $0.sections?.divides(text) == true }?.name
  }

  private func isRust(_ path: String) -> Bool {
    let above = path.split(separator: "/").dropLast().joined(separator: "/")
    return ["Cargo.toml", above + "/Cargo.toml", above + "/../Cargo.toml"].contains {
      workspace.hasFile(at: workspace.path($0))
    }
  }

  /// Visits the folders below one, those of other people's packages left out.
  private func walk(
    _ path: String, depth: Int, _ left: inout Int,
    _ visit: (String) throws(WorkspaceError) -> Void
  ) throws(WorkspaceError) {
    let folder = path.isEmpty ? workspace.folder : workspace.path(path)
    guard depth > 0, let names = try? workspace.names(in: folder) else { return }
    for name in names where !Self.passedOver.contains(name) {
      left -= 1
      guard left > 0 else { return }
      let below = path.isEmpty ? name : "\(path)/\(name)"
      guard workspace.hasFolder(at: workspace.path(below)) else { continue }
      try visit(below)
      try walk(below, depth: depth - 1, &left, visit)
    }
  }

  private static let passedOver: Set<String> = [
    "node_modules", "target", "vendor", "build", "dist", "venv", "testdata", "djogi",
  ]
}
