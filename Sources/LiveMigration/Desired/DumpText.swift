internal import Foundation
internal import Postgres
internal import PrivateServer

/// A database's definitions as `pg_dump --schema-only` writes them, so that two can be compared whatever the order
/// of their columns, rights and sections is.
struct DumpText: Hashable, Sendable {
  /// The sections, each as sorted as it may be.
  let sections: Set<String>

  /// Asks the `pg_dump` that suits the server; `nil` where there is none.
  static func make(of connection: PostgresConnection, owners: Bool) async throws -> DumpText? {
    let major = connection.info.serverVersion / 10_000
    guard let program = await ServerPrograms.dumpProgram(forMajorVersion: major) else { return nil }
    var environment = await connection.clientEnvironment
    environment["PGDATABASE"] = connection.info.database
    let options =
      ["--schema-only", "--no-subscriptions", "--no-password"] + (owners ? [] : ["--no-owner"])
    let outcome = try await ChildProcess.run(program, options, environment: environment)
    guard outcome.status == .exited(0) else { return nil }
    return DumpText(outcome.output)
  }

  init(_ text: String) {
    var sections: [[Substring]] = [[]]
    for line in text.split(separator: "\n") where line != "--" {
      if line.hasPrefix("\\restrict") || line.hasPrefix("\\unrestrict") { continue }
      if line.hasPrefix("-- Name: ") { sections.append([]) }
      sections[sections.count - 1].append(line)
    }
    self.sections = Set(sections.dropFirst().map(Self.sorted))
  }

  private static func sorted(_ lines: [Substring]) -> String {
    let kind = lines.first ?? ""
    let isFree = ["Type: TABLE;", "Type: ACL;", "Type: DEFAULT ACL;"].contains { kind.contains($0) }
    guard isFree else { return lines.joined(separator: "\n") }
    return lines.map { $0.hasSuffix(",") ? $0.dropLast() : $0 }.sorted().joined(separator: "\n")
  }

  /// The sections that only one has, in words.
  func differences(from other: DumpText) -> [String] {
    sections.subtracting(other.sections).sorted().map { "pg_dump writes only after it:\n\($0)" }
      + other.sections.subtracting(sections).sorted().map { "pg_dump does not write after it:\n\($0)" }
  }
}
