/// A relation's name, with its schema when one was written.
public struct QualifiedName: Hashable, Sendable, Codable {
  /// The schema; `nil` leaves it to the search path.
  public var schema: String?
  /// The relation's own name.
  public var name: String

  /// Names a relation; neither part is quoted.
  public init(schema: String? = nil, name: String) {
    self.schema = schema
    self.name = name
  }

  /// The name as SQL: each part quoted where it needs to be, joined by a dot.
  public var quoted: String {
    guard let schema else { return Quoting.identifier(name) }
    return Quoting.identifier(schema) + "." + Quoting.identifier(name)
  }
}

extension QualifiedName: CustomStringConvertible {
  /// The name as SQL would write it.
  public var description: String { quoted }
}
