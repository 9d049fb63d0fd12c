internal import Postgres

/// Which errors go away with other data, by the operator's hand, or not at all.
enum Remedy {
  /// The plan's status after an error that no retry cures.
  ///
  /// Names and syntax that the server rejects (class 42 but for missing privileges) end a plan. Everything else
  /// leaves it where it was: at its gate, or paused. In its last steps a name that is missing is one that somebody
  /// dropped, and can be given back: days of work do not end for it. Neither do they for a schema or a table of
  /// somebody's that has a plan's name, and can be given another.
  static func status(after error: ServerError, in status: PlanStatus) -> PlanStatus {
    let isRejected =
      error.sqlState.class == "42"
      && ![.insufficientPrivilege, .duplicateSchema, .duplicateTable].contains(error.sqlState)
    if isRejected, status != .finalizing { return .failed }
    return status == .running || status == .pending ? .paused : status
  }
}
