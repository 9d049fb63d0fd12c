internal import Postgres

/// The lines that were typed, oldest first, in memory and in a file that sessions share.
struct CommandHistory {
  private let file: HistoryFile?
  private(set) var entries: [String] = []

  /// Loads the end of the file; without a path nothing is kept for later.
  init(path: String?) {
    file = path.map { HistoryFile(path: $0) }
    entries = file?.readNew() ?? []
  }

  /// Takes in what other sessions added since; returns it.
  mutating func refresh() -> [String] {
    let new = file?.readNew() ?? []
    entries += new
    return new
  }

  /// Keeps a line, unless it is blank, begins with a blank, or repeats the one before.
  ///
  /// Passwords stay in this session's memory.
  ///
  /// - Returns: What became new: the line, after those that other sessions added in the meantime.
  mutating func add(_ line: String) -> [String] {
    guard let first = line.first, !first.isWhitespace else { return [] }
    guard line != entries.last else { return [] }
    let new = (file?.append(Masking.kept(line)) ?? []) + [line]
    entries += new
    return new
  }

  /// The nearest entry before `index` that begins with `prefix` and is not `shown`.
  func index(before index: Int, prefix: String, not shown: String) -> Int? {
    entries[..<index].lastIndex { $0.hasPrefix(prefix) && $0 != shown }
  }

  /// The nearest entry after `index`.
  func index(after index: Int, prefix: String, not shown: String) -> Int? {
    entries.indices.dropFirst(index + 1).first {
      entries[$0].hasPrefix(prefix) && entries[$0] != shown
    }
  }
}
