/// A session that holds a lock which a statement of ours waits for.
public struct Blocker: Sendable, Hashable {
  /// Its server process; 0 for a prepared transaction, which has none.
  public var pid: Int
  /// The name of a prepared transaction (manual, PREPARE TRANSACTION); `nil` for a session.
  public var prepared: String?
  /// Its `application_name`.
  public var applicationName: String
  /// How long its transaction has been open, in seconds.
  public var age: Double
  /// What it does: `active`, `idle in transaction`.
  public var state: String
  /// The first words of its statement.
  public var statement: String
}

extension Blocker: CustomStringConvertible {
  /// Which session it is, and what it does.
  public var description: String {
    if let prepared { return "the prepared transaction “\(prepared)”, open for \(span)" }
    let name = applicationName.isEmpty ? "" : " (\(applicationName))"
    return "process \(pid)\(name), \(state) for \(span): \(statement)"
  }

  /// The age to the second, in the two largest units.
  private var span: String {
    let seconds = Int(age.isFinite ? min(max(age, 0), 1e9) : 0)
    return switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
    default: "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
  }
}
