internal import Postgres

extension PostgresConnection {
  /// Keeps the open transaction from waiting long for a table that another session has locked.
  func limitWaiting() async throws {
    try await script("SET LOCAL lock_timeout TO '1s'; SET LOCAL statement_timeout TO '10s'")
  }
}

extension PostgresError {
  /// A Boolean value telling whether the server refused a statement for what it says, and not for the moment.
  var isRefusal: Bool { serverError != nil && !isTransient }
}
