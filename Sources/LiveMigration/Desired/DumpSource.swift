internal import Foundation
internal import Postgres
internal import PrivateServer

/// A database as `pg_dump` comes to it, beside the session that it was found by.
struct DumpSource: Sendable {
  private let program: String?
  private let environment: [String: String]

  /// Finds the `pg_dump` that suits the server best.
  init(_ connection: PostgresConnection) async {
    let major = connection.info.serverVersion / 10_000
    program = await ServerPrograms.dumpProgram(forMajorVersion: major)
    environment = await Self.environment(of: connection)
  }

  /// Another database of the same server.
  init(_ connection: PostgresConnection, beside other: DumpSource) async {
    program = other.program
    environment = await Self.environment(of: connection)
  }

  private static func environment(of connection: PostgresConnection) async -> [String: String] {
    var environment = await connection.clientEnvironment
    environment["PGDATABASE"] = connection.info.database
    return environment
  }

  /// The definitions in the database, without djogi-shell's own tables; `nil` where no `pg_dump` suits the server.
  ///
  /// - Throws: `DesiredError.noDump` where it cannot read the database.
  func dump(owners: Bool) async throws -> DumpText? {
    guard let program else { return nil }
    let options =
      ["--schema-only", "--no-subscriptions", "--no-password", "--lock-wait-timeout=10000"]
      + LedgerSchema.tables.map { "--exclude-table=*.\($0)" } + (owners ? [] : ["--no-owner"])
    // What it writes is read while it writes.
    let reader = DumpReader()
    let outcome = try await ChildProcess.run(
      program, options, environment: environment, output: { reader.take($0) })
    guard outcome.status == .exited(0) else {
      throw DesiredError.noDump(String(outcome.errors.prefix { !$0.isNewline }))
    }
    return reader.finish()
  }
}
