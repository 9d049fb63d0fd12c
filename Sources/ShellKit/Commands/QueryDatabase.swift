internal import ArgumentParser
internal import LiveMigration
internal import Postgres

struct QueryDatabase: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Run a query in a read-only transaction.",
    discussion: """
      Example: sql select count(*) from ledger_entry

      On a line, everything after sql is the statement, quotes included.
      """)

  @OptionGroup var place: WorkspaceOption
  @Argument(parsing: .captureForPassthrough, help: "The statement.")
  var statement: [String]

  func run(in session: ShellSession) async throws {
    let connection = try await session.engine(place.workspace).connection()
    let settings = await session.settings
    let text = statement.joined(separator: " ")
    let result = try await connection.transaction(TransactionOptions(isReadOnly: true)) {
      connection in
      try await connection.execute(SQL(raw: text))
    }
    session.output.report(RowsReport(result: result, settings: settings))
  }
}
