internal import Foundation

/// Where the server's programs are, and how they are run.
public enum ServerPrograms {
  /// The folder with `initdb`, `pg_ctl` and `postgres`.
  ///
  /// Taken from `DJOGI_PG_BIN`, else from `pg_config`, else the newest below `/usr/lib/postgresql`.
  public static func folder() async throws -> String {
    let configured = ProcessInfo.processInfo.environment["DJOGI_PG_BIN"]
    var candidates = [configured].compactMap(\.self)
    if candidates.isEmpty {
      let answer = try? await ChildProcess.run("/usr/bin/env", ["pg_config", "--bindir"])
      candidates = answer.map { [$0.output.trimmingCharacters(in: .whitespacesAndNewlines)] } ?? []
      let root = "/usr/lib/postgresql"
      let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
      let newestFirst = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
      candidates += newestFirst.map { "\(root)/\($0)/bin" }
    }
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    guard let found else {
      throw PrivateServerError("no initdb in \(candidates); install PostgreSQL, or set DJOGI_PG_BIN to the folder of its programs")
    }
    return found
  }

  /// The words before a command that keep it from running as root, which the server refuses.
  public static var asServerUser: [String] {
    guard geteuid() == 0 else { return [] }
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
  }

  /// Runs a program as the server's user.
  ///
  /// - Throws: `PrivateServerError` with all the program said, when it fails.
  @discardableResult
  public static func run(_ command: [String], environment: [String: String] = [:]) async throws -> String {
    let outcome = try await ChildProcess.run(
      "/usr/bin/env", asServerUser + command, environment: environment)
    guard outcome.status == .exited(0) else {
      throw PrivateServerError(
        "\(command.joined(separator: " ")): \(outcome.status)\n\(outcome.output)\(outcome.errors)")
    }
    return outcome.output
  }
}

/// Why a private server, or a program, could not be run.
public struct PrivateServerError: Error, Hashable, CustomStringConvertible {
  /// What failed.
  public let description: String

  /// Says what failed.
  public init(_ description: String) {
    self.description = description
  }
}
