public import Foundation

/// The files under `Tests/Fixtures` that tests read and record.
public enum Fixtures {
  /// The folder of a kind of fixture.
  public static func folder(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/" + name)
  }

  /// The names of the cases in a folder: `NAME.sql`, which a `NAME.setup.sql` may go with; sorted.
  public static func names(in folder: String) -> [String] {
    ((try? files(in: folder)) ?? []).filter { $0.hasSuffix(".sql") && !$0.hasSuffix(".setup.sql") }
      .map { String($0.dropLast(".sql".count)) }.sorted()
  }

  /// The names of all files in a folder.
  public static func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: self.folder(folder).path)
  }

  /// A file's text; `nil` when there is no such file.
  public static func text(_ name: String, in folder: String) throws -> String? {
    let file = self.folder(folder).appending(path: name)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    return try String(contentsOf: file, encoding: .utf8)
  }

  /// Writes a file, when its text is another than before.
  public static func record(_ text: String, as name: String, in folder: String) throws {
    guard try self.text(name, in: folder) != text else { return }
    try Data(text.utf8).write(to: self.folder(folder).appending(path: name))
  }

  /// Whether this run writes what it finds instead of comparing it: `DJOGI_RECORD=1`.
  public static var isRecording: Bool {
    ProcessInfo.processInfo.environment["DJOGI_RECORD"] == "1"
  }
}
