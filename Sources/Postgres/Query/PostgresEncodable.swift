/// The identity of a data type in `pg_type`.
public struct PostgresType: RawRepresentable, Hashable, Sendable {
  /// The `oid` of the type's row.
  public let rawValue: UInt32

  /// Names a type by its `oid`.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// No type: the server infers it from where the parameter stands.
  public static let inferred = PostgresType(rawValue: 0)
  /// The type `boolean`.
  public static let bool = PostgresType(rawValue: 16)
  /// The type `bigint`.
  public static let int8 = PostgresType(rawValue: 20)
  /// The type `smallint`.
  public static let int2 = PostgresType(rawValue: 21)
  /// The type `integer`.
  public static let int4 = PostgresType(rawValue: 23)
  /// The type `oid`.
  public static let oid = PostgresType(rawValue: 26)
  /// The type `double precision`.
  public static let float8 = PostgresType(rawValue: 701)
  /// The type `text[]`.
  public static let textArray = PostgresType(rawValue: 1009)
  /// The type `bigint[]`.
  public static let int8Array = PostgresType(rawValue: 1016)
  /// The type `timestamp with time zone`.
  public static let timestamptz = PostgresType(rawValue: 1184)
}

/// A value that can be bound to a statement's parameter, in text form.
public protocol PostgresEncodable: Sendable {
  /// The type the parameter is declared with.
  static var postgresType: PostgresType { get }
  /// The value as the type's input function reads it.
  var postgresText: String { get }
}

/// A bound value: its declared type and its text, or `NULL`.
public struct SQLParameter: Hashable, Sendable {
  /// The declared type.
  public let type: PostgresType
  /// The value in text form; `nil` is `NULL`.
  public let text: String?

  /// Binds a value, or `NULL` of its type.
  public init<Value: PostgresEncodable>(_ value: Value?) {
    type = Value.postgresType
    text = value?.postgresText
  }
}

extension Bool: PostgresEncodable {
  /// Bound as `boolean`.
  public static var postgresType: PostgresType { .bool }
  /// Either `t` or `f`.
  public var postgresText: String { self ? "t" : "f" }
}

extension Int: PostgresEncodable {
  /// Bound as `bigint`.
  public static var postgresType: PostgresType { .int8 }
  /// Decimal digits.
  public var postgresText: String { String(self) }
}

extension Int16: PostgresEncodable {
  /// Bound as `smallint`.
  public static var postgresType: PostgresType { .int2 }
  /// Decimal digits.
  public var postgresText: String { String(self) }
}

extension Int32: PostgresEncodable {
  /// Bound as `integer`.
  public static var postgresType: PostgresType { .int4 }
  /// Decimal digits.
  public var postgresText: String { String(self) }
}

extension Int64: PostgresEncodable {
  /// Bound as `bigint`.
  public static var postgresType: PostgresType { .int8 }
  /// Decimal digits.
  public var postgresText: String { String(self) }
}

extension UInt32: PostgresEncodable {
  /// Bound as `oid`.
  public static var postgresType: PostgresType { .oid }
  /// Decimal digits.
  public var postgresText: String { String(self) }
}

extension Double: PostgresEncodable {
  /// Bound as `double precision`.
  public static var postgresType: PostgresType { .float8 }
  /// The shortest text that reads back as the same number.
  public var postgresText: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
    return String(self)
  }
}

extension String: PostgresEncodable {
  /// Left to the server, so that a text fits any type: `jsonb`, `regclass`, an enum.
  public static var postgresType: PostgresType { .inferred }
  /// The text itself.
  public var postgresText: String { self }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
  /// Bound as its raw value is.
  public static var postgresType: PostgresType { RawValue.postgresType }
  /// The raw value's text.
  public var postgresText: String { rawValue.postgresText }
}
