import CLibPQ

/// Connection options by keyword, as libpq understood them.
struct ConnectionOptions {
  private var values: [String: String] = [:]
  /// The values of the options that libpq marks as secret.
  private(set) var secrets: [String] = []

  subscript(keyword: String) -> String? { values[keyword] }

  /// Takes a list that libpq made, and frees it.
  private init(consuming list: UnsafeMutablePointer<PQconninfoOption>) {
    defer { unsafe PQconninfoFree(list) }
    var option = unsafe list
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val, unsafe value.pointee != 0 {
        unsafe add(String(cString: keyword), String(cString: value), option.pointee.dispchar)
      }
      unsafe option += 1
    }
  }

  private mutating func add(
    _ keyword: String, _ value: String, _ display: UnsafeMutablePointer<CChar>?
  ) {
    let isSecret = unsafe display.map { unsafe String(cString: $0) == "*" } ?? false
    if isSecret { secrets.append(value) } else { values[keyword] = value }
  }

  private init(database: String) {
    if !database.isEmpty { values["dbname"] = database }
  }

  /// The options that a connection, open or not, was given or found.
  init?(of connection: OpaquePointer) {
    guard let list = unsafe PQconninfo(connection) else { return nil }
    unsafe self.init(consuming: list)
  }

  /// The options that a connection string gives.
  ///
  /// - Throws: `.invalidConfiguration`, quoting nothing of the string: in a malformed one, any part may
  ///   be a part of the password.
  init(parsing text: String) throws(PostgresError) {
    guard !text.utf8.contains(0) else {
      throw .invalidConfiguration(reason: "it holds a NUL character.")
    }
    if let reason = Self.misreading(of: text) { throw .invalidConfiguration(reason: reason) }
    if !text.contains("=") && !text.contains("://") {
      self.init(database: text)
      return
    }
    var complaint: UnsafeMutablePointer<CChar>?
    guard let list = unsafe PQconninfoParse(text, &complaint) else {
      defer { unsafe PQfreemem(complaint) }
      let message = unsafe complaint.map { unsafe String(cString: $0) } ?? "out of memory"
      throw .invalidConfiguration(reason: Self.withoutQuotations(message))
    }
    unsafe self.init(consuming: list)
    let digits = Set("0123456789,")
    if let port = self["port"], !port.allSatisfy(digits.contains) {
      throw .invalidConfiguration(
        reason: "its port is no number; in a password, '/' is written %2F and '@' is written %40.")
    }
  }

  /// What libpq would take apart wrongly without noticing, putting a part of a password into a name.
  private static func misreading(of text: String) -> String? {
    guard let scheme = text.firstRange(of: "://") else {
      let isPlain = text.contains("=") || !text.contains { $0.isWhitespace || ":@".contains($0) }
      return isPlain ? nil : "it is neither a URI, nor keyword=value pairs, nor a database name."
    }
    guard !text[..<scheme.lowerBound].contains("=") else { return nil }
    guard ["postgres", "postgresql"].contains(text[..<scheme.lowerBound]) else {
      return "a URI starts with postgresql:// or postgres://."
    }
    let rest = text[scheme.upperBound...]
    let end = rest.firstIndex { "@/".contains($0) } ?? rest.endIndex
    let place = end < rest.endIndex && rest[end] == "@" ? rest[rest.index(after: end)...] : rest
    guard place.prefix(while: { $0 != "?" }).contains("@") else { return nil }
    return "in a user name or password, '@' is written %40 and '/' is written %2F."
  }

  /// The message up to its first quotation mark and from its last one on.
  private static func withoutQuotations(_ message: String) -> String {
    let message = message.split(separator: "\n").joined(separator: " ")
    guard let first = message.firstIndex(of: "\""), let last = message.lastIndex(of: "\"") else {
      return message
    }
    return message[..<first] + "…" + message[message.index(after: last)...]
  }

  /// Where the options lead to, without secrets.
  var target: String {
    let parts = ["service", "host", "hostaddr", "port", "dbname", "user"].compactMap { keyword in
      values[keyword].map { "\(keyword)=\(Redaction.name($0))" }
    }
    return parts.isEmpty ? "the default server" : parts.joined(separator: " ")
  }

  /// What libpq or the server says about the options, without secrets.
  func scrub(_ message: String) -> String {
    let names = ["host", "dbname", "service", "user"].compactMap { values[$0] }
      .filter { $0.contains("://") }
    let told = names.reduce(message) { $0.replacing($1, with: Redaction.name($1)) }
    // A URI in place of a host's name is cut at its commas, and so is its password.
    let pieces = names.filter { $0.contains(",") }.flatMap { $0.split(separator: ",") }
    return Redaction.scrub(told, of: secrets + pieces.map(String.init))
  }
}

extension ConnectionConfiguration: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// Where it leads to; never a password, even when the connection string is malformed.
  public var description: String {
    guard var options = try? ConnectionOptions(parsing: connectionString ?? "") else {
      return "a malformed connection string, not shown because it may hold a password"
    }
    if let database { options.replaceDatabase(with: database) }
    return options.target
  }

  /// The same as `description`.
  public var debugDescription: String { description }

  /// No parts, so that `dump` and test failures show no password either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ConnectionOptions {
  fileprivate mutating func replaceDatabase(with name: String) {
    values["dbname"] = name
  }
}
