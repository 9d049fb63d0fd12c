internal import Glibc
internal import SchemaChange

/// The files of one application of one database: the schema that it wants, and what its migrations lead to.
struct SchemaBucket: Sendable {
  let app: String
  /// The files with the schema, by path.
  let files: [SchemaFile]
  /// What the last migration leads to; `nil` where there is no such file.
  let snapshot: SchemaFile?
  let snapshotPath: String
  let folder: String
  /// The version of the newest migration; `nil` where there is none.
  let newest: String?

  /// Whether the migrations and what they lead to are the same.
  func isSame(as other: SchemaBucket) -> Bool {
    newest == other.newest && snapshot == other.snapshot
  }

  /// Refuses a snapshot that does not tell what the newest migration leads to.
  func refuseOldSnapshot() throws(DesiredError) {
    guard let snapshot, let after = SchemaSnapshotFile.newest(in: snapshot.text),
      after != (newest ?? SchemaSnapshotFile.none)
    else { return }
    throw .snapshotOld(path: snapshotPath, after: after, newest: newest)
  }
}

/// A file with SQL.
struct SchemaFile: Sendable, Hashable {
  let path: String
  let text: String

  var statements: [MigrationStatement] { MigrationParser.statements(text, file: path) }
}

/// The file that says what the last migration of a bucket leads to.
enum SchemaSnapshotFile {
  static let name = "schema_snapshot.sql"
  private static let head =
    "-- The schema that the migrations here lead to. diff writes this file; do not edit it.\n"

  /// What stands for the newest migration where there is none.
  static let none = "no migration"
  private static let after = "-- after "

  /// The file for statements in an order in which they load, each under the settings of its own file.
  ///
  /// - Parameter newest: The version of the migration that leads there.
  static func text(_ statements: [LoadedStatement], newest: String?) -> String {
    var settings: [MigrationStatement] = []
    var texts: [String] = []
    for loaded in statements {
      if loaded.settings != settings {
        texts += (settings.isEmpty ? [] : ["RESET ALL"]) + loaded.settings.map(\.sql)
        settings = loaded.settings
      }
      texts.append(loaded.statement.sql)
    }
    let body =
      after + (newest ?? none) + "\n\n" + texts.map { $0 + ";\n" }.joined(separator: "\n")
    return head + "-- checksum \(Checksum(of: Array(body.utf8)))\n\n" + body
  }

  /// The migration that a file says it comes after; `nil` in a file that says none.
  static func newest(in text: String) -> String? {
    let lines = text.split(separator: "\n", maxSplits: 4, omittingEmptySubsequences: false)
    guard lines.count > 3, lines[3].hasPrefix(after) else { return nil }
    return String(lines[3].dropFirst(after.count))
  }

  /// Whether a file is as it was written.
  static func isIntact(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
    guard lines.count == 4, lines[0] + "\n" == head else { return false }
    return lines[1] == "-- checksum \(Checksum(of: Array(lines[3].utf8)))"
  }
}

extension Workspace {
  /// Where the schema of a database's application is.
  func schemaPath(_ database: TargetDatabase, app: String) throws(WorkspaceError) -> String {
    path("schema", database.rawValue, try Self.bucketName(app))
  }

  /// The applications that have schema files, or a snapshot.
  func schemaApps(_ database: TargetDatabase) throws(WorkspaceError) -> [String] {
    var apps: Set<String> = []
    for root in [path("schema", database.rawValue), migrationsPath(database: database)]
    where hasFolder(at: root) {
      for name in try names(in: root) where hasFolder(at: root + "/" + name) {
        guard name != Self.livePlansName else { continue }
        guard Words.isWord(name) else { throw .malformedAppFolder(path: root + "/" + name) }
        let isSchema = root == path("schema", database.rawValue)
        if isSchema || hasFile(at: "\(root)/\(name)/\(SchemaSnapshotFile.name)") {
          apps.insert(name == Self.globalName ? "" : name)
        }
      }
    }
    return apps.sorted()
  }

  func schemaBucket(
    _ database: TargetDatabase, app: String
  ) throws(WorkspaceError) -> SchemaBucket {
    let schema = try schemaPath(database, app: app)
    var files: [SchemaFile] = []
    if hasFolder(at: schema) {
      for name in try names(in: schema) {
        let path = "\(schema)/\(name)"
        if name.hasSuffix(".sql") {
          files.append(try schemaFile(path))
        } else if hasFolder(at: path), try names(in: path).contains(where: { $0.hasSuffix(".sql") })
        {
          throw .nestedSchemaFiles(path: path)
        }
      }
    }
    let folder = migrationsPath(database: database) + "/" + (try Self.bucketName(app))
    let snapshotPath = "\(folder)/\(SchemaSnapshotFile.name)"
    let snapshot = hasFile(at: snapshotPath) ? try schemaFile(snapshotPath) : nil
    let migrations = try migrations(database).filter { $0.appLabel == app }.map(\.version.rawValue)
    return SchemaBucket(
      app: app, files: files, snapshot: snapshot, snapshotPath: snapshotPath, folder: folder,
      newest: migrations.max())
  }

  private func schemaFile(_ path: String) throws(WorkspaceError) -> SchemaFile {
    let bytes = try contents(of: path, limit: MigrationFile.maximumSize)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(path: path) }
    return SchemaFile(path: path, text: text)
  }

  /// Takes a file away.
  func removeFile(_ path: String) throws(WorkspaceError) {
    guard unsafe unlink(try resolve(path)) == 0 else {
      throw .unwritable(path: path, reason: Self.systemReason)
    }
  }

  /// Writes a file whole in place of the one that was there.
  func replaceDurably(_ path: String, _ text: String) throws(WorkspaceError) {
    let new = path + ".new"
    if hasFile(at: new) { unsafe unlink(try resolve(new)) }
    try createDurably(new, Array(text.utf8))
    guard unsafe rename(new, path) == 0 else {
      throw .unwritable(path: path, reason: Self.systemReason)
    }
  }
}
