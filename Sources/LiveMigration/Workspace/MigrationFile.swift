public import SchemaChange

/// A migration's files in the workspace.
public struct MigrationFile: Hashable, Sendable {
  /// The version, which is the file's name.
  public let version: MigrationVersion
  /// The application, empty for `_global_`.
  public let appLabel: String
  /// The database that it changes.
  public let database: TargetDatabase
  /// The file with the change.
  public let path: String
  /// The file that takes it back, where there is one.
  public let downPath: String?

  let workspace: Workspace
  /// The layout that it is one of.
  var layout = MigrationLayout.djogi

  /// The most bytes that a migration may have.
  public static let maximumSize = 16 << 20

  /// Reads both files.
  public func load() throws(WorkspaceError) -> LoadedMigration {
    let bytes = try workspace.contents(of: path, limit: Self.maximumSize)
    guard var text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(path: path) }
    var downChecksum: Checksum?
    var downText: String?
    if let sections = layout.sections {
      do throws(MigrationSections.Fault) {
        let ways = try sections.ways(of: text)
        text = ways.up
        downText = ways.down
        downChecksum = ways.down.map { Checksum(of: $0.utf8) }
      } catch {
        throw .undivided(path: path, reason: error.reason)
      }
    }
    if let downPath {
      let bytes = try workspace.contents(of: downPath, limit: Self.maximumSize)
      guard let down = String(validating: bytes, as: UTF8.self) else {
        throw .notUTF8(path: downPath)
      }
      downText = down
      downChecksum = Checksum(of: bytes)
    }
    return LoadedMigration(
      text: text, checksum: Checksum(of: bytes), down: downText, downChecksum: downChecksum,
      bytes: bytes)
  }
}

/// What a migration's files hold.
public struct LoadedMigration: Hashable, Sendable {
  /// The change, as it was written; what the file holds beside it is blank.
  public let text: String
  /// The checksum of the file's bytes.
  public let checksum: Checksum
  /// The way back, as it was written, where there is one.
  public let down: String?
  /// The checksum of the down file's bytes, where there is one.
  public let downChecksum: Checksum?
  /// The file's bytes.
  let bytes: [UInt8]

  /// Whether nothing at all is written in it, as in a file that was cut off; comments alone are something.
  var isBlank: Bool { text.allSatisfy(\.isWhitespace) }
}
