internal import Glibc

/// Files that the user names on a command line; `-` is standard input.
enum TextFile {
  /// The most bytes that are read.
  static let limit = 64 << 20

  /// A file's bytes.
  static func bytes(_ path: String) throws(Refusal) -> [UInt8] {
    if path == "-" { return try all(of: STDIN_FILENO, path: "<stdin>") }
    guard !path.utf8.contains(0) else {
      throw .unreadableFile(path, reason: "a path has no zero byte")
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadableFile(path, reason: reason) }
    defer { close(descriptor) }
    return try all(of: descriptor, path: path)
  }

  /// A file's text.
  static func read(_ path: String) throws(Refusal) -> String {
    guard let text = String(validating: try bytes(path), as: UTF8.self) else {
      throw .unreadableFile(path, reason: "it is not UTF-8 text")
    }
    return text
  }

  private static func all(of descriptor: Int32, path: String) throws(Refusal) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadableFile(path, reason: reason) }
      guard count > 0 else { return content }
      content += buffer[..<count]
      guard content.count <= limit else {
        throw .unreadableFile(path, reason: "it is larger than \(limit >> 20) MiB")
      }
    }
  }

  private static var reason: String { unsafe String(cString: strerror(errno)) }
}
