/// Who is told of plans, and when: the table `[notify]`.
public struct NotifySettings: Hashable, Sendable {
  /// The program that is run and its arguments; empty for none.
  public var command: [String] = []
  /// How long a plan must wait for the same thing until that is told.
  public var waitLimit: Duration = .seconds(300)

  /// Makes the settings of an empty table.
  public init() {}
}

extension NotifySettings {
  /// Every key of `[notify]`.
  static let all: [Setting<NotifySettings>] = [
    Setting("command", \.command, .words),
    Setting("waiting_after_ms", \.waitLimit, .duration("5min")),
  ]

  init(_ table: ConfigurationTable) throws(ConfigurationError) {
    self.init()
    for setting in Self.all { try setting.read(table, &self) }
  }
}

extension SettingValue<[String]> {
  /// A program and its arguments.
  fileprivate static var words: SettingValue {
    ofFile("a program and its arguments") { table, key throws(ConfigurationError) in
      try table.words(key)
    }
  }
}
