internal import Glibc

/// The lines that a person wants at the beginning of each prompt, such as `set timing on`.
///
/// It is the person's own file, never the workspace's: a checkout must not type commands.
struct StartUpFile {
  let path: String

  /// The file of the person that the environment names; `nil` where it names no home.
  init?(environment: [String: String]) {
    if let chosen = environment["DJOGI_STARTUP"] {
      // An empty one asks for none.
      guard !chosen.isEmpty else { return nil }
      path = chosen
    } else if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      path = folder + "/djogi-shell/startup"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      path = home + "/.config/djogi-shell/startup"
    } else {
      return nil
    }
  }

  /// A Boolean value telling whether there is one.
  ///
  /// - Throws: `Refusal.untrustedFile` for one that another user may write: its lines run with the operator's rights.
  func exists() throws(Refusal) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    guard status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid() || status.st_uid == 0,
      status.st_mode & (S_IWGRP | S_IWOTH) == 0
    else { throw .untrustedFile(path) }
    return true
  }
}

extension ShellSession {
  /// Runs the lines of the start-up file; the first that fails ends it, and is told.
  func startUp() async {
    guard let file = StartUpFile(environment: environment) else { return }
    do {
      if try file.exists() { try await source(file.path) }
    } catch {
      output.error(error)
    }
  }

  /// Runs the lines of a file, which is checked whole before its first line runs.
  func source(_ path: String) async throws {
    let script = try Script.read(path)
    try enter(source: path)
    defer { leaveSource() }
    for line in script.lines { try await perform(line) }
  }
}
