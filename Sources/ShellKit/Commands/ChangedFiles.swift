internal import PrivateServer

/// The files with SQL that git calls changed since a revision, those that it does not know yet included.
struct ChangedFiles: Sendable {
  /// The folder whose files count.
  let folder: String
  let revision: String

  /// The names, as they are read from the current folder; ways down are left out.
  ///
  /// - Parameter wanted: Only these files, and files below these folders; all when there is none.
  func names(below wanted: [String]) async throws -> [String] {
    let changed = try await git([
      "diff", "--name-only", "--relative", "-z", "--diff-filter=d", "--end-of-options", revision,
      "--", "*.sql",
    ])
    let new = try await git([
      "ls-files", "--others", "--exclude-standard", "-z", "--", "*.sql",
    ])
    let names = Set(changed + new).filter { !isWayDown($0) }.map { name in
      folder == "." || folder.isEmpty ? name : folder + "/" + name
    }
    guard !wanted.isEmpty else { return names.sorted() }
    let places = wanted.map { place in
      var place = place.hasPrefix("./") ? String(place.dropFirst(2)) : place
      while place.count > 1, place.hasSuffix("/") { place.removeLast() }
      return place
    }
    return names.filter { name in
      places.contains { $0 == "." || name == $0 || name.hasPrefix($0 + "/") }
    }.sorted()
  }

  private func isWayDown(_ name: String) -> Bool {
    name.hasSuffix(".down.sql") || name == "down.sql" || name.hasSuffix("/down.sql")
  }

  private func git(_ arguments: [String]) async throws -> [String] {
    let outcome = try await ChildProcess.run("/usr/bin/env", ["git", "-C", folder] + arguments)
    guard outcome.status == .exited(0) else {
      let reason = outcome.errors.split(separator: "\n").first.map(String.init) ?? "git failed"
      throw Refusal.unreadableFile("the history since \(revision)", reason: reason)
    }
    return outcome.output.split(separator: "\0").map(String.init)
  }
}
