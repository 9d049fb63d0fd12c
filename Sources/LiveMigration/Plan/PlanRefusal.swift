/// Why bytes are no plan file.
public enum PlanRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is larger than any plan file may be.
  case tooLarge(limit: Int)
  /// The bytes are not UTF-8.
  case notUTF8
  /// The text is not JSON.
  case notJSON(reason: String)
  /// The file has a format that this program does not know.
  case unsupportedFormat(String)
  /// An object has a key that plan files do not have.
  case unknownKey(path: String)
  /// An object lacks a key.
  case missingKey(path: String)
  /// A value is of another type.
  case wrongType(path: String, expected: String, found: String)
  /// A value is of the right type and still wrong.
  case invalid(path: String, reason: String)
  /// The plan has no steps.
  case noSteps
  /// The ordinals are not 0 to n-1 in order.
  case wrongOrdinal(path: String, expected: Int, found: Int64)

  /// The reason in one sentence.
  public var description: String {
    switch self {
    case .tooLarge(let limit): "A plan file has at most \(limit >> 20) MiB; this one has more."
    case .notUTF8: "The text is not UTF-8."
    case .notJSON(let reason): "The text is not JSON: \(reason)"
    case .unsupportedFormat(let version):
      "The format_version is \"\(version)\"; "
        + "this program reads \(PlanHeader.readVersions.joined(separator: " and "))."
    case .unknownKey(let path): "The key \(path) is not one that plan files have."
    case .missingKey(let path): "The key \(path) is missing."
    case .wrongType(let path, let expected, let found):
      "\(Self.subject(path)) must be \(expected), not \(found)."
    case .invalid(let path, let reason): "\(Self.subject(path)) \(reason)."
    case .noSteps: "The plan has no steps."
    case .wrongOrdinal(let path, let expected, let found):
      "\(path) must be \(expected), not \(found): ordinals count from 0 without a gap."
    }
  }

  private static func subject(_ path: String) -> String { path.isEmpty ? "The text" : path }
}
