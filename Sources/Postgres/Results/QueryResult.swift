import CLibPQ

/// Owns a `PGresult` and turns it into values.
///
/// It cannot be copied, and no pointer leaves it: what is read is copied out.
@safe struct QueryResult: ~Copyable {
  private let handle: OpaquePointer

  init(adopting handle: OpaquePointer) {
    unsafe self.handle = unsafe handle
  }

  deinit {
    unsafe PQclear(handle)
  }

  var status: ExecStatusType { unsafe PQresultStatus(handle) }

  var statusName: String { unsafe String(cString: PQresStatus(status)) }

  /// The values, copied; a PGresult cannot leave the session's thread.
  ///
  /// - Parameter notices: How many were kept when it came.
  func commandResult(notices: Int) -> CommandResult {
    let tag = unsafe String(cString: PQcmdStatus(handle))
    let affected = unsafe Int(String(cString: PQcmdTuples(handle))) ?? 0
    return CommandResult(rows: rows(), affectedRows: affected, tag: tag, noticeCount: notices)
  }

  private func rows() -> Rows {
    let columns = unsafe PQnfields(handle)
    guard columns > 0 || status == PGRES_TUPLES_OK else { return .none }
    let count = unsafe PQntuples(handle)
    var values: [String?] = []
    values.reserveCapacity(Int(columns) * Int(count))
    for row in 0..<count {
      for column in 0..<columns { values.append(value(row, column)) }
    }
    return Rows(
      columnNames: (0..<columns).map {
        unsafe PQfname(handle, $0).map { unsafe String(cString: $0) } ?? ""
      },
      columnTypes: (0..<columns).map { unsafe PostgresType(rawValue: PQftype(handle, $0)) },
      count: Int(count), values: values)
  }

  private func value(_ row: Int32, _ column: Int32) -> String? {
    guard unsafe PQgetisnull(handle, row, column) == 0,
      let start = unsafe PQgetvalue(handle, row, column)
    else {
      return nil
    }
    let length = unsafe Int(PQgetlength(handle, row, column))
    return unsafe start.withMemoryRebound(to: UInt8.self, capacity: length) {
      unsafe String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
    }
  }

  /// The fields of an error or a notice; `nil` for an error that libpq itself made.
  func serverError(statement: String?) -> ServerError? {
    unsafe Self.serverError(of: handle, statement: statement)
  }

  /// The text of an error that libpq itself made.
  var message: String { unsafe String(cString: PQresultErrorMessage(handle)) }

  /// Reads the fields of a result that somebody else owns, as a notice receiver is given.
  static func serverError(of handle: OpaquePointer, statement: String?) -> ServerError? {
    func field(_ code: Int32) -> String? {
      unsafe PQresultErrorField(handle, code).map { unsafe String(cString: $0) }
    }
    guard let message = field(djogi_diag_message), let state = field(djogi_diag_sqlstate) else {
      return nil
    }
    var error = ServerError(
      message: message, sqlState: SQLState(rawValue: state),
      severity: field(djogi_diag_severity) ?? "ERROR")
    error.detail = field(djogi_diag_detail)
    error.hint = field(djogi_diag_hint)
    error.position = field(djogi_diag_position).flatMap { Int($0) }
    error.context = field(djogi_diag_context)
    error.schema = field(djogi_diag_schema)
    error.table = field(djogi_diag_table)
    error.column = field(djogi_diag_column)
    error.dataType = field(djogi_diag_datatype)
    error.constraint = field(djogi_diag_constraint)
    error.statement = statement
    return error
  }
}
