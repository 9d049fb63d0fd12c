/// A relation's name, with its schema when one was written.
public struct QualifiedName: Hashable, Sendable, Codable {
  /// The schema; `nil` leaves it to the search path.
  public var schema: String?
  /// The relation's own name.
  public var name: String

  /// Names a relation.
  public init(schema: String? = nil, name: String) {
    self.schema = schema
    self.name = name
  }
}

/// An error that the server reported.
public struct ServerError: Error, Hashable, Sendable {
  /// The primary message.
  public var message: String

  /// Holds a message.
  public init(message: String) { self.message = message }
}
