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

  /// The value as JSON on one line.
  var json: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .string(let value): Self.write(value, to: &text)
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { text += "," }
        Self.write(member.key, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where Sanitised.isHidden(scalar):
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
