extension SQL: ExpressibleByStringInterpolation {
  /// Takes a literal as it is written in the source.
  public init(stringLiteral value: String) {
    self.init(raw: value)
  }

  /// Takes what an interpolated literal collected.
  public init(stringInterpolation: Interpolation) {
    self.init(segments: stringInterpolation.segments)
  }

  /// Collects the parts of an interpolated statement.
  public struct Interpolation: StringInterpolationProtocol {
    var segments: [Segment] = []

    /// Starts with nothing collected.
    public init(literalCapacity: Int, interpolationCount: Int) {
      segments.reserveCapacity(interpolationCount * 2 + 1)
    }

    /// Adds text of the source.
    public mutating func appendLiteral(_ literal: String) {
      segments.append(.text(literal))
    }

    /// Binds a value.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
      segments.append(.parameter(SQLParameter(value)))
    }

    /// Binds a value or `NULL`.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      segments.append(.parameter(SQLParameter(value)))
    }

    /// Adds a name, quoted where it needs to be.
    public mutating func appendInterpolation(identifier name: String) {
      segments.append(.text(Quoting.identifier(name)))
    }

    /// Adds a name with its schema, each quoted where it needs to be.
    public mutating func appendInterpolation(identifier name: QualifiedName) {
      segments.append(.text(name.quoted))
    }

    /// Adds a quoted string literal, for DDL, which takes no parameters.
    public mutating func appendInterpolation(literal text: String) {
      segments.append(.text(Quoting.literal(text)))
    }

    /// Adds text as it is; the caller answers for every character of it.
    public mutating func appendInterpolation(raw text: String) {
      segments.append(.text(text))
    }

    /// Adds another statement or a part of one, with its values.
    public mutating func appendInterpolation(sql: SQL) {
      segments += sql.segments
    }
  }
}
