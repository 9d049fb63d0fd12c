internal import Foundation
internal import LiveMigration
internal import Postgres

/// A value in the output for programs: keys in order, whole numbers beyond JavaScript's as strings.
enum OutputValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case string(String)
  case list([OutputValue])
  case object([String: OutputValue])
}

extension OutputValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(integerLiteral value: Int) { self = .int(value) }
  init(arrayLiteral elements: OutputValue...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, OutputValue)...) {
    self = .object(Dictionary(elements) { $1 })
  }
}

extension OutputValue {
  /// A text, or `null`.
  static func text(_ text: String?) -> OutputValue { text.map { .string($0) } ?? .null }
  /// A `bigint`, which is a string because JavaScript's numbers end at 2^53.
  static func bigint(_ number: Int64?) -> OutputValue { .text(number.map { String($0) }) }
  /// A plan's number.
  static func plan(_ id: PlanID) -> OutputValue { .string(id.description) }
  /// A time as RFC 3339 has it, in UTC, to the millisecond.
  static func time(_ date: Date?) -> OutputValue { .text(date.map { TimeText.rfc3339($0) }) }
  /// A time span in milliseconds.
  static func milliseconds(_ duration: Duration?) -> OutputValue {
    guard let duration else { return .null }
    return .int(wholeNumber(duration / .milliseconds(1)))
  }
  /// A time span in milliseconds, from seconds.
  static func milliseconds(seconds: Double?) -> OutputValue {
    seconds.map { .int(wholeNumber($0 * 1000)) } ?? .null
  }
  /// The nearest whole number.
  static func rounded(_ number: Double) -> OutputValue { .int(wholeNumber(number)) }

  private static func wholeNumber(_ number: Double) -> Int {
    let limit = 9_007_199_254_740_991.0
    return number.isFinite ? Int(min(max(number.rounded(), -limit), limit)) : 0
  }
}

extension OutputValue {
  /// The value with the passwords in its texts masked.
  var masked: OutputValue {
    switch self {
    case .string(let text): .string(Masking.shown(text))
    case .list(let values): .list(values.map(\.masked))
    case .object(let members): .object(members.mapValues(\.masked))
    case .null, .bool, .int: self
    }
  }

  /// The value as JSON on one line, keys in order; what a terminal would obey or hide is escaped.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // It has no number that JSON does not have, and nothing else can fail.
    guard let bytes = try? encoder.encode(self) else { return "null" }
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if Sanitised.isHidden(scalar) {
        for unit in String(scalar).utf16 { text += String(format: "\\u%04x", Int(unit)) }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension OutputValue: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }
}
