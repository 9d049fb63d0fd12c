internal import Glibc

extension Workspace {
  /// The real path, which is inside the workspace whatever links lie on the way.
  func resolve(_ path: String) throws(WorkspaceError) -> String {
    let root = try Self.realPath(folder)
    let real = try Self.realPath(path)
    guard real == root || real.hasPrefix(root == "/" ? root : root + "/") else {
      throw .outsideWorkspace(path: path)
    }
    return real
  }

  /// A regular file's bytes, as many as `limit`.
  func contents(of path: String, limit: Int) throws(WorkspaceError) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write into it.
    let file = unsafe open(try resolve(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { throw Self.unreadable(path) }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw Self.unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
    guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
    return try Self.readAll(file, path: path, limit: limit)
  }

  /// Whether there is a regular file at the path, or a link to one.
  func hasFile(at path: String) -> Bool {
    Self.mode(at: path).map { $0 & S_IFMT == S_IFREG } ?? false
  }

  /// Whether there is a folder at the path, or a link to one.
  func hasFolder(at path: String) -> Bool {
    Self.mode(at: path).map { $0 & S_IFMT == S_IFDIR } ?? false
  }

  /// The names in a folder, sorted, hidden ones left out.
  func names(in path: String) throws(WorkspaceError) -> [String] {
    let real = try resolve(path)
    guard hasFolder(at: real) else { throw .notAFolder(path: path) }
    guard let stream = unsafe opendir(real) else { throw Self.unreadable(path) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw Self.unreadable(path) }
    return names.sorted()
  }

  /// The system's words for the error of the last call.
  static var systemReason: String { unsafe String(cString: strerror(errno)) }

  private static func unreadable(_ path: String) -> WorkspaceError {
    errno == ENOENT ? .missing(path: path) : .unreadable(path: path, reason: systemReason)
  }

  private static func mode(at path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode : nil
  }

  private static func realPath(_ path: String) throws(WorkspaceError) -> String {
    // A C string would end at a zero byte and name another file.
    guard !path.utf8.contains(0) else {
      throw .unreadable(path: path.replacing("\0", with: "\\0"), reason: "a path has no zero byte")
    }
    guard let real = unsafe realpath(path, nil) else { throw unreadable(path) }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  private static func readAll(
    _ file: Int32, path: String, limit: Int
  ) throws(WorkspaceError) -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path) }
      guard count > 0 else { return content }
      content += buffer[..<count]
      // The file may have grown since its size was looked at.
      guard content.count <= limit else { throw .tooLarge(path: path, limit: limit) }
    }
  }
}
