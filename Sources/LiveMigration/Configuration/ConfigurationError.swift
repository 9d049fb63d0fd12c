public import SchemaChange

/// Why a configuration cannot be used; no case ever holds a value from the file.
public enum ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no configuration.
  case missing(path: String)
  /// The file cannot be read.
  case unreadable(WorkspaceError)
  /// The text is not TOML.
  case syntax(SourceLocation, reason: String)
  /// The key is none that the program knows; `nearest` is the one that was probably meant.
  case unknownKey(SourceLocation, key: String, nearest: String?)
  /// The value is of another type.
  case wrongType(SourceLocation, key: String, expected: String, found: String)
  /// The value is of the right type and not one that the key can have.
  case invalid(SourceLocation, key: String, reason: String)

  /// The place, when it is one in the file, and the reason in one sentence.
  public var description: String {
    switch self {
    case .missing(let path): "There is no configuration: \(path) does not exist."
    case .unreadable(let error): error.description
    case .syntax(let location, let reason): "\(location): error: \(reason)"
    case .unknownKey(let location, let key, nil): "\(location): error: There is no key \(key)."
    case .unknownKey(let location, let key, let nearest?):
      "\(location): error: There is no key \(key); did you mean \(nearest)?"
    case .wrongType(let location, let key, let expected, let found):
      "\(location): error: \(key) must be \(expected), not \(found)."
    case .invalid(let location, let key, let reason):
      "\(location): error: \(key) must be \(reason)."
    }
  }
}
