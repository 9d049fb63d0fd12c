import Foundation

/// Where the server's programs are, and how they are run.
public enum ServerPrograms {
  /// The folder with `initdb`, `pg_ctl` and `postgres`.
  ///
  /// Taken from `DJOGI_TEST_PG_BIN`, else from `pg_config`, else the newest below `/usr/lib/postgresql`.
  static func folder() async throws -> String {
    let configured = ProcessInfo.processInfo.environment["DJOGI_TEST_PG_BIN"]
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
      throw TestSupportError("no initdb in \(candidates); set DJOGI_TEST_PG_BIN to its folder")
    }
    return found
  }

  /// The words before a command that keep it from running as root, which the server refuses.
  static var asServerUser: [String] {
    guard geteuid() == 0 else { return [] }
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
  }

  /// Runs a program as the server's user.
  ///
  /// - Throws: `TestSupportError` with all the program said, when it fails.
  @discardableResult
  static func run(_ command: [String], environment: [String: String] = [:]) async throws -> String {
    let outcome = try await ChildProcess.run(
      "/usr/bin/env", asServerUser + command, environment: environment)
    guard outcome.status == .exited(0) else {
      throw TestSupportError(
        "\(command.joined(separator: " ")): \(outcome.status)\n\(outcome.output)\(outcome.errors)")
    }
    return outcome.output
  }
}

/// Why a test could not be set up.
public struct TestSupportError: Error, CustomStringConvertible {
  /// What failed.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
