internal import Foundation

extension ServerPrograms {
  /// The folders that may hold a server's programs, those that are configured first.
  ///
  /// `DJOGI_PG_BIN`, the folder of `pg_config`, those below `/usr/lib/postgresql`, newest first, and the `PATH`'s.
  static func candidates() async -> [String] {
    let environment = ProcessInfo.processInfo.environment
    var folders = [environment["DJOGI_PG_BIN"]].compactMap(\.self)
    if let answer = try? await ChildProcess.run("/usr/bin/env", ["pg_config", "--bindir"]) {
      folders.append(answer.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    folders += versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(root)/\($0)/bin" }
    folders += (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    var seen: Set<String> = []
    return folders.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// The folder with the programs that make a server of a major version; `nil` where there is none.
  public static func folder(ofMajorVersion major: Int) async -> String? {
    for folder in await candidates() {
      guard FileManager.default.isExecutableFile(atPath: folder + "/initdb") else { continue }
      if await majorVersion(of: folder + "/postgres") == major { return folder }
    }
    return nil
  }

  /// The `pg_dump` that suits a server best: of its own version, else the oldest of a newer one; `nil` where there is none.
  public static func dumpProgram(forMajorVersion major: Int) async -> String? {
    var best: (version: Int, path: String)?
    for folder in await candidates() {
      let path = folder + "/pg_dump"
      guard FileManager.default.isExecutableFile(atPath: path),
        let version = await majorVersion(of: path), version >= major
      else { continue }
      if version == major { return path }
      if best.map({ version < $0.version }) ?? true { best = (version, path) }
    }
    return best?.path
  }

  /// The first number in what a program says of its version.
  private static func majorVersion(of program: String) async -> Int? {
    guard let answer = try? await ChildProcess.run(program, ["--version"]) else { return nil }
    let number = answer.output.drop { !$0.isNumber }.prefix { $0.isNumber }
    return Int(number)
  }
}
