internal import Foundation
internal import Glibc

/// A file with a line for each typed line, which sessions append to side by side.
///
/// What goes wrong with it is not told at the prompt: then lines are kept in memory only.
final class HistoryFile {
  /// Of a long history only this much of the end is read.
  private static let readLimit = 4 << 20

  private let path: String
  /// Up to where the file was read, or written by this session.
  private var offset: Int?

  init(path: String) {
    self.path = path
  }

  /// The entries that were added since the last call.
  func readNew() -> [String] {
    withFile(O_RDONLY, lock: LOCK_SH) { descriptor in read(descriptor) } ?? []
  }

  /// Adds an entry; returns those that others added before it.
  func append(_ entry: String) -> [String] {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return withFile(O_RDWR | O_CREAT | O_APPEND, lock: LOCK_EX) { descriptor in
      // Lines can hold what is private, also in a file that was made by hand.
      guard fchmod(descriptor, 0o600) == 0 else { return [] }
      let others = read(descriptor)
      let line = Array((HistoryText.encode(entry) + "\n").utf8)
      // One write, so that lines of two sessions never mix, even where locks do not work.
      let written = unsafe line.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      offset = (offset ?? 0) + max(written, 0)
      return others
    } ?? []
  }

  private func withFile<Result>(
    _ flags: Int32, lock: Int32, _ body: (Int32) -> Result
  ) -> Result? {
    // The path may come from a workspace that somebody else wrote: no link leads to another file, and a file of
    // another user, or one that has a second name, is not taken as a history.
    let descriptor = unsafe open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), status.st_nlink <= 1
    else { return nil }
    Self.lock(descriptor, lock)
    return body(descriptor)
  }

  /// Tries for a fifth of a second: a stopped session that holds the lock must not stop this one.
  private static func lock(_ descriptor: Int32, _ kind: Int32) {
    for _ in 0..<20 {
      if flock(descriptor, kind | LOCK_NB) == 0 { return }
      usleep(10_000)
    }
  }

  private func read(_ descriptor: Int32) -> [String] {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return [] }
    let size = Int(status.st_size)
    // Somebody may have emptied the file.
    let known = min(offset ?? 0, size)
    let start = max(known, size - Self.readLimit)
    var bytes = [UInt8](repeating: 0, count: size - start)
    let count = unsafe pread(descriptor, &bytes, bytes.count, off_t(start))
    let complete = bytes.prefix(max(count, 0)).lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    offset = start + complete
    var lines = bytes[..<complete].split(separator: UInt8(ascii: "\n"))[...]
    // The first line is cut when the reading began inside of it.
    if start > known, start > 0 { lines = lines.dropFirst() }
    return lines.map { HistoryText.decode(String(decoding: $0, as: UTF8.self)) }
  }
}

/// How an entry is written as one line of a file.
enum HistoryText {
  static func encode(_ entry: String) -> String {
    var text = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\0": text += "\\0"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  static func decode(_ line: String) -> String {
    var text = ""
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if !isEscaped, scalar == "\\" {
        isEscaped = true
        continue
      }
      text.unicodeScalars.append(isEscaped ? meaning(of: scalar) : scalar)
      isEscaped = false
    }
    return text
  }

  private static func meaning(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "n": "\n"
    case "r": "\r"
    case "0": "\0"
    default: scalar
    }
  }
}
