internal import Glibc

extension Workspace {
  /// Creates a file that did not exist, with all its bytes, so that it survives a crash.
  ///
  /// The folders on the way are made as needed. After a failure there is no file. The umask says who may read it, as
  /// with every file under version control.
  func createDurably(_ path: String, _ bytes: [UInt8]) throws(WorkspaceError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let parent = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/")
    guard let name = parts.last, !name.isEmpty else { throw .notARegularFile(path: path) }
    try makeFolder(parent)
    let folder = unsafe open(try resolve(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard folder >= 0 else { throw Self.unwritable(parent) }
    defer { close(folder) }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = unsafe openat(folder, String(name), flags, 0o666)
    guard file >= 0 else { throw Self.unwritable(path) }
    do throws(WorkspaceError) {
      defer { close(file) }
      try Self.writeAll(bytes, to: file, path: path)
      guard fsync(file) == 0, fsync(folder) == 0 else { throw Self.unwritable(path) }
    } catch {
      unsafe unlinkat(folder, String(name), 0)
      throw error
    }
  }

  /// Makes a folder below the workspace's, and those above it that are missing, durably.
  private func makeFolder(_ path: String) throws(WorkspaceError) {
    guard !hasFolder(at: path) else { return }
    guard let slash = path.lastIndex(of: "/") else { return try makeOneFolder(path, in: ".") }
    let parent = String(path[..<slash])
    // A missing workspace is a mistake in its name, and is not made.
    guard parent != folder, parent + "/" != folder else {
      return try makeOneFolder(path, in: folder)
    }
    try makeFolder(parent)
    try makeOneFolder(path, in: parent)
  }

  private func makeOneFolder(_ path: String, in parent: String) throws(WorkspaceError) {
    let above = unsafe open(try resolve(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard above >= 0 else { throw Self.unwritable(parent) }
    defer { close(above) }
    let name = String(path.split(separator: "/").last ?? "")
    guard unsafe mkdirat(above, name, 0o777) == 0 || errno == EEXIST else {
      throw Self.unwritable(path)
    }
    guard fsync(above) == 0 else { throw Self.unwritable(parent) }
  }

  private static func writeAll(
    _ bytes: [UInt8], to file: Int32, path: String
  ) throws(WorkspaceError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw unwritable(path) }
      rest = rest.dropFirst(count)
    }
  }

  private static func unwritable(_ path: String) -> WorkspaceError {
    switch errno {
    case EEXIST: .alreadyExists(path: path)
    case ENOENT: .missing(path: path)
    default: .unwritable(path: path, reason: systemReason)
    }
  }
}
