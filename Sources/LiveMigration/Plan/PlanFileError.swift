public import SchemaChange

/// Why a plan file cannot be written or read.
public enum PlanFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be reached, read or written.
  case unavailable(WorkspaceError)
  /// The file's bytes are not those that the plan's row recorded.
  case changed(path: String, recorded: Checksum, found: Checksum)
  /// The bytes are no plan; the file is `nil` for bytes that came from none.
  case refused(PlanRefusal, file: String?)
  /// The file holds a plan other than the one that its name says.
  case otherPlan(path: String, header: String)

  /// The reason in one sentence.
  public var description: String {
    switch self {
    case .unavailable(let error): error.description
    case .changed(let path, let recorded, let found):
      "\(path) has changed: its checksum is \(found), recorded is \(recorded)."
    case .refused(let reason, nil): "The plan is refused. \(reason)"
    case .refused(let reason, let file?): "\(file) is not a plan file. \(reason)"
    case .otherPlan(let path, let header):
      "\(path) holds another plan than its name says: \(header)."
    }
  }
}
