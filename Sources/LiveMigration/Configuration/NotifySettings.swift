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
  init(_ table: ConfigurationTable) throws(ConfigurationError) {
    self.init()
    command = try table.words("command") ?? command
    waitLimit =
      try table.milliseconds("waiting_after_ms", 1...Int(Int32.max)) ?? waitLimit
  }
}
