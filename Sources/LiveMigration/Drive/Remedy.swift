internal import Postgres

/// Which errors the data, the operator or nobody can mend.
enum Remedy {
  /// The plan's status after an error that no retry mends.
  ///
  /// Names and syntax that the server rejects (class 42 but for missing privileges) end a plan. Everything else
  /// leaves it where it was: at its gate, or paused.
  static func status(after error: ServerError, in status: PlanStatus) -> PlanStatus {
    let isRejected = error.sqlState.class == "42" && error.sqlState != .insufficientPrivilege
    if isRejected { return .failed }
    return status == .running || status == .pending ? .paused : status
  }
}
