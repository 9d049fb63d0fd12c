extension ShellSession {
  /// All settings as `set` shows them.
  var settingValues: [String: String] {
    [
      "expanded": settings.expanded.rawValue, "null": settings.null,
      "output": output.format.rawValue, "timing": settings.timing ? "on" : "off",
    ]
  }

  /// Changes a setting by its name.
  func change(_ name: String, to value: String) throws(Refusal) {
    switch name {
    case "expanded": settings.expanded = try Self.choice(value, of: name)
    case "null": settings.null = value
    case "output": output.format = try Self.choice(value, of: name)
    case "timing": settings.timing = try Self.choice(value, of: name) as Switch == .on
    default: throw .unknownSetting(name)
    }
  }

  /// Turns a setting of two values on or off, and says so.
  func toggle(_ name: String) throws(Refusal) {
    let value = settingValues[name] == "off" ? "on" : "off"
    try change(name, to: value)
    output.notice("\(name) is \(value)")
  }

  private enum Switch: String, CaseIterable {
    case on, off
  }

  private static func choice<Value: RawRepresentable & CaseIterable>(
    _ word: String, of setting: String
  ) throws(Refusal) -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: word) else {
      throw .wrongValue(setting: setting, accepted: Value.allCases.map(\.rawValue))
    }
    return value
  }
}
