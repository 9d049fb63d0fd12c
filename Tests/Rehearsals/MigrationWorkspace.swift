import Foundation

/// A temporary workspace with one migration.
package struct MigrationWorkspace: Sendable {
  /// The migration's version.
  package static let version = "V20260428000000__change"

  /// Where it is.
  package let folder: String

  /// Makes a workspace.
  package init(_ migration: String) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "djogi-\(UUID().uuidString)")
    let bucket = url.appendingPathComponent("migrations/main/_global_")
    try FileManager.default.createDirectory(at: bucket, withIntermediateDirectories: true)
    try Data().write(to: url.appendingPathComponent("Djogi.toml"))
    try Data(migration.utf8).write(to: bucket.appendingPathComponent(Self.version + ".sql"))
    folder = url.path
  }

  /// Adds a migration of an application.
  package func add(_ migration: String, app: String) throws {
    let bucket = folder + "/migrations/main/\(app)"
    try FileManager.default.createDirectory(atPath: bucket, withIntermediateDirectories: true)
    try Data(migration.utf8).write(to: URL(fileURLWithPath: "\(bucket)/\(Self.version).sql"))
  }

  private var planFolder: String { folder + "/migrations/main/live" }

  /// Runs `body` while no plan file can be written: a file stands where their folder must be.
  ///
  /// A folder without the right to write would stop every user but root.
  package func refusingPlanFiles<Result>(
    _ body: () async throws -> Result
  ) async throws -> Result {
    let files = FileManager.default
    let (hadFolder, away) = (files.fileExists(atPath: planFolder), folder + "/plans")
    if hadFolder { try files.moveItem(atPath: planFolder, toPath: away) }
    try Data().write(to: URL(fileURLWithPath: planFolder))
    defer {
      try? files.removeItem(atPath: planFolder)
      if hadFolder { try? files.moveItem(atPath: away, toPath: planFolder) }
    }
    return try await body()
  }

  /// The names of the plan files.
  package var planFiles: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: planFolder)) ?? []).sorted()
  }

  /// Removes it.
  package func remove() throws { try FileManager.default.removeItem(atPath: folder) }
}
