internal import Foundation
internal import SchemaChange

/// The values that a setting takes: how the configuration and `tune` name them.
struct SettingValue<Value>: Sendable {
  /// What a typed value must be: `a number from 1 to 64`.
  let expectation: String
  /// Reads it from the configuration; `nil` when the file does not have it.
  let read: @Sendable (ConfigurationTable, String) throws(ConfigurationError) -> Value?
  /// Reads it as it is typed at `tune`; `nil` when that makes no sense.
  let parse: @Sendable (String) -> Value?
  /// Writes it as it is typed.
  let text: @Sendable (Value) -> String

  /// A value that the configuration alone names, and `tune` does not.
  static func ofFile(
    _ expectation: String,
    read: @escaping @Sendable (ConfigurationTable, String) throws(ConfigurationError) -> Value?
  ) -> SettingValue {
    SettingValue(expectation: expectation, read: read, parse: { _ in nil }, text: { "\($0)" })
  }

  /// The same, or the word for no limit.
  var orNone: SettingValue<Value?> {
    SettingValue<Value?>(expectation: expectation + ", or none") {
      table, key throws(ConfigurationError) in
      try read(table, key).map(Optional.some)
    } parse: { text in
      text == Tuning.none ? .some(nil) : parse(text).map(Optional.some)
    } text: { value in
      value.map(text) ?? Tuning.none
    }
  }
}

extension SettingValue<Int> {
  static func number(
    _ range: ClosedRange<Int>, _ expectation: String? = nil, unit: String = ""
  ) -> SettingValue {
    SettingValue(
      expectation: expectation ?? "a number from \(range.lowerBound) to \(range.upperBound)"
    ) { table, key throws(ConfigurationError) in
      try table.integer(key, range)
    } parse: { text in
      let digits = text.hasSuffix(unit) ? text.dropLast(unit.count) : text[...]
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits)
      else { return nil }
      return range.contains(number) ? number : nil
    } text: { value in
      "\(value)\(unit)"
    }
  }
}

extension SettingValue<Double> {
  static func factor(_ range: ClosedRange<Double>) -> SettingValue {
    let (least, most) = (shown(range.lowerBound), shown(range.upperBound))
    return SettingValue(expectation: "a number from \(least) to \(most), such as 2 or 1.5") {
      table, key throws(ConfigurationError) in
      try table.number(key, range)
    } parse: { text in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
        let number = Double(text)
      else { return nil }
      return range.contains(number) ? number : nil
    } text: { value in
      shown(value)
    }
  }

  private static func shown(_ number: Double) -> String { String(format: "%g", number) }
}

extension SettingValue<Bool> {
  static var onOrOff: SettingValue {
    SettingValue(expectation: "on or off") { table, key throws(ConfigurationError) in
      try table.boolean(key)
    } parse: { text in
      ["on": true, "off": false][text]
    } text: { value in
      value ? "on" : "off"
    }
  }
}

extension SettingValue<Duration> {
  /// Milliseconds in the configuration, a duration at `tune`: what `lock_timeout` holds, 31 bits, and not 0, which
  /// would wait for ever (PostgreSQL manual, 20.11.1).
  static func duration(_ examples: String) -> SettingValue {
    let range = 1...Int(Int32.max)
    return SettingValue(expectation: "a duration such as \(examples)") {
      table, key throws(ConfigurationError) in
      try table.milliseconds(key, range)
    } parse: { text in
      guard let duration = try? DurationWord.parse(text), duration > .zero,
        duration <= .milliseconds(range.upperBound)
      else { return nil }
      return duration
    } text: { value in
      "\(value.milliseconds)ms"
    }
  }

  /// The same, or zero for not at all.
  static func durationOrZero(_ examples: String) -> SettingValue {
    let some = duration(examples).orNone
    return SettingValue(expectation: some.expectation) { table, key throws(ConfigurationError) in
      try table.milliseconds(key, 0...Int(Int32.max))
    } parse: { text in
      some.parse(text).map { $0 ?? .zero }
    } text: { value in
      some.text(value > .zero ? value : nil)
    }
  }
}

extension SettingValue<String> {
  /// A text that says something.
  static func word(_ expectation: String) -> SettingValue {
    SettingValue(expectation: expectation) { table, key throws(ConfigurationError) in
      try table.word(key)
    } parse: { text in
      text.contains { !$0.isWhitespace } ? text : nil
    } text: { value in
      value
    }
  }

  static var query: SettingValue { word("a query that answers true or false") }
}

extension SettingValue<[TimeWindow]> {
  static var windows: SettingValue {
    let examples = "22:00-06:00,12:00-13:00"
    return SettingValue(expectation: "times of the day such as \(examples), or none") {
      table, key throws(ConfigurationError) in
      guard let text = try table.word(key) else { return nil }
      guard let windows = TimeWindow.list(text) else {
        throw table.invalid(key, "times of the day such as '\(examples)'")
      }
      return windows
    } parse: { text in
      text == Tuning.none ? [] : TimeWindow.list(text)
    } text: { value in
      value.isEmpty ? Tuning.none : value.map(\.description).joined(separator: ",")
    }
  }
}
