/// A value that can be read from a column, in text form.
///
/// An enum of texts or numbers needs no code: declaring the conformance is enough.
public protocol PostgresDecodable {
  /// Reads what the type's output function wrote; `nil` when that is no value of this type.
  init?(postgresText text: String)
  /// What `NULL` means; `nil`, the default, makes it an error.
  static var postgresNull: Self? { get }
}

extension PostgresDecodable {
  /// No value: `NULL` is an error.
  public static var postgresNull: Self? { nil }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// Reads the wrapped value.
  public init?(postgresText text: String) {
    guard let wrapped = Wrapped(postgresText: text) else { return nil }
    self = .some(wrapped)
  }

  /// The absent value.
  public static var postgresNull: Wrapped?? { .some(.none) }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
  /// Reads the raw value; `nil` when no case has it.
  public init?(postgresText text: String) {
    guard let raw = RawValue(postgresText: text) else { return nil }
    self.init(rawValue: raw)
  }
}

extension PostgresDecodable where Self: FixedWidthInteger {
  /// Reads decimal digits; `nil` when the number does not fit.
  public init?(postgresText text: String) {
    self.init(text)
  }
}

extension Int: PostgresDecodable {}
extension Int16: PostgresDecodable {}
extension Int32: PostgresDecodable {}
extension Int64: PostgresDecodable {}
extension UInt32: PostgresDecodable {}

extension String: PostgresDecodable {
  /// Takes the text of any type.
  public init?(postgresText text: String) {
    self = text
  }
}

extension Bool: PostgresDecodable {
  /// Reads `t` or `f`.
  public init?(postgresText text: String) {
    switch text {
    case "t": self = true
    case "f": self = false
    default: return nil
    }
  }
}

extension Double: PostgresDecodable {
  /// Reads a floating-point number or a `numeric`.
  public init?(postgresText text: String) {
    switch text {
    case "NaN": self = .nan
    case "Infinity": self = .infinity
    case "-Infinity": self = -.infinity
    default:
      guard let number = Double(text) else { return nil }
      self = number
    }
  }
}
