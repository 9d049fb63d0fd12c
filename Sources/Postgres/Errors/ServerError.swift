/// An error that the server reported, field by field; the manual's section 55.8.
public struct ServerError: Error, Hashable, Sendable {
  /// How severe it is, in English: `ERROR`, `FATAL` or `PANIC`.
  public var severity: String
  /// What kind of error it is.
  public var sqlState: SQLState
  /// The primary message, in the server's language.
  public var message: String
  /// More about the problem.
  public var detail: String?
  /// A suggestion what to do about it.
  public var hint: String?
  /// Where in the statement it was noticed, in characters from 1.
  public var position: Int?
  /// Where in functions and triggers it happened.
  public var context: String?
  /// The schema of the object concerned.
  public var schema: String?
  /// The table concerned.
  public var table: String?
  /// The column concerned.
  public var column: String?
  /// The data type concerned.
  public var dataType: String?
  /// The constraint concerned.
  public var constraint: String?
  /// The statement's text, without the values bound to it.
  public var statement: String?

  /// Holds an error's message, its kind and its severity; the other fields start empty.
  public init(
    message: String, sqlState: SQLState = SQLState(rawValue: "XX000"), severity: String = "ERROR"
  ) {
    self.message = message
    self.sqlState = sqlState
    self.severity = severity
  }
}

extension ServerError: CustomStringConvertible {
  /// The message and its code, then detail and hint, each on a line of its own.
  public var description: String {
    var lines = ["\(severity): \(message) (SQLSTATE \(sqlState))"]
    if let detail { lines.append("DETAIL: \(detail)") }
    if let hint { lines.append("HINT: \(hint)") }
    return lines.joined(separator: "\n")
  }
}

/// What the server said beside a result: a `NOTICE`, a `WARNING`.
public struct ServerNotice: Hashable, Sendable {
  /// How severe it is, in English: `WARNING`, `NOTICE`, `INFO`, `LOG` or `DEBUG`.
  public var severity: String
  /// What kind of notice it is.
  public var sqlState: SQLState
  /// The primary message, in the server's language.
  public var message: String
  /// More about it.
  public var detail: String?
  /// A suggestion what to do about it.
  public var hint: String?
  /// Where in functions and triggers it was raised.
  public var context: String?

  /// Takes the fields that a notice has of an error's.
  init(_ fields: ServerError) {
    severity = fields.severity
    sqlState = fields.sqlState
    message = fields.message
    detail = fields.detail
    hint = fields.hint
    context = fields.context
  }
}

extension ServerNotice: CustomStringConvertible {
  /// The severity and the message, then detail and hint, each on a line of its own.
  public var description: String {
    var lines = ["\(severity): \(message)"]
    if let detail { lines.append("DETAIL: \(detail)") }
    if let hint { lines.append("HINT: \(hint)") }
    return lines.joined(separator: "\n")
  }
}
