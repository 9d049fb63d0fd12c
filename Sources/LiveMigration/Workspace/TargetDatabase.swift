/// The databases that a workspace has migrations for.
public enum TargetDatabase: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// The application's own data.
  case main
  /// The log of changes to rows.
  case crudLog = "crud_log"
  /// The log of the application's events.
  case eventLog = "event_log"

  /// The name in paths, plan files and on the command line.
  public var description: String { rawValue }
}
