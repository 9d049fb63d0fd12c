internal import Foundation
internal import SchemaChange

/// A plan file's JSON as a tree, for what the reading of a plan does not tell of it.
struct PlanFileTree {
  private let root: Any

  init(_ bytes: [UInt8]) throws(PlanRefusal) {
    do {
      root = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    } catch {
      throw .notJSON(reason: Self.words(of: error))
    }
    try Self.check(root, "")
  }

  /// The version of the format, which comes first: a later one may well have other keys.
  func format() throws(PlanRefusal) -> String {
    guard let members = root as? [String: Any], let header = members["header"] as? [String: Any],
      let version = header["format_version"] as? String
    else { return PlanHeader.formatVersion }
    guard PlanHeader.readVersions.contains(version) else {
      throw .unsupportedFormat(String(version.prefix(60)))
    }
    return version
  }

  /// Refuses the first key that another tree, of the same plan, does not have.
  func refuseKeys(missingFrom known: PlanFileTree) throws(PlanRefusal) {
    if let path = Self.key(of: root, missingFrom: known.root, "") { throw .unknownKey(path: path) }
  }

  /// Why a plan cannot be read from it.
  func refusal(of error: DecodingError) -> PlanRefusal {
    switch error {
    case .keyNotFound(let key, let context):
      .missingKey(path: Self.path(context.codingPath + [key]))
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      .wrongType(
        path: Self.path(context.codingPath), expected: Self.name(of: type),
        found: value(at: context.codingPath).map(Self.kind) ?? "nothing")
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? .notJSON(reason: context.underlyingError.map(Self.words) ?? context.debugDescription)
        : .invalid(path: Self.path(context.codingPath), reason: context.debugDescription)
    @unknown default: .invalid(path: "", reason: "\(error)")
    }
  }

  private static func words(of error: any Error) -> String {
    (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
      ?? error.localizedDescription
  }

  // MARK: - Places

  private func value(at path: [any CodingKey]) -> Any? {
    path.reduce(Optional(root)) { value, key in
      if let index = key.intValue {
        guard let values = value as? [Any], values.indices.contains(index) else { return nil }
        return values[index]
      }
      return (value as? [String: Any])?[key.stringValue]
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      key.intValue.map { "\(path)[\($0)]" } ?? self.path(of: key.stringValue, in: path)
    }
  }

  /// The path of a member; a key that is no plain word is quoted, so that a message stays one line.
  private static func path(of key: String, in path: String) -> String {
    let short = String(key.prefix(60))
    guard Words.isWord(short) else { return "\(path)[\(short.jsonQuoted)]" }
    return path.isEmpty ? short : "\(path).\(short)"
  }

  // MARK: - Keys and values

  private static func key(of value: Any, missingFrom known: Any, _ path: String) -> String? {
    if let members = value as? [String: Any] {
      let others = known as? [String: Any] ?? [:]
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        let place = self.path(of: key, in: path)
        guard let other = others[key] else { return place }
        if let found = self.key(of: member, missingFrom: other, place) { return found }
      }
    } else if let values = value as? [Any], let others = known as? [Any] {
      for (index, (value, other)) in zip(values, others).enumerated() {
        if let found = key(of: value, missingFrom: other, "\(path)[\(index)]") { return found }
      }
    }
    return nil
  }

  /// Refuses what no plan holds: numbers that are not whole, and zero characters, at which libpq would cut a statement
  /// off.
  private static func check(_ value: Any, _ path: String) throws(PlanRefusal) {
    switch value {
    case let members as [String: Any]:
      for (key, member) in members {
        try check(key, path)
        try check(member, self.path(of: key, in: path))
      }
    case let values as [Any]:
      for (index, value) in values.enumerated() { try check(value, "\(path)[\(index)]") }
    case let text as String:
      guard !text.utf8.contains(0) else {
        throw .invalid(path: path, reason: "has a zero character, which PostgreSQL cannot hold")
      }
    case let number as NSNumber:
      guard number as? Int64 != nil else {
        throw .invalid(path: path, reason: "must be a whole number of 64 bits, not \(number)")
      }
    default: break
    }
  }

  private static func name(of type: any Any.Type) -> String {
    if type == String.self { return "a string" }
    if type == Int.self || type == Int64.self { return "an integer" }
    if type == Bool.self { return "a boolean" }
    if type is [Any].Type || type == [Any].self { return "an array" }
    return "\(type)".hasPrefix("Array") ? "an array" : "an object"
  }

  private static func kind(of value: Any) -> String {
    switch value {
    case is NSNull: "null"
    case is String: "a string"
    case is [Any]: "an array"
    case is [String: Any]: "an object"
    default: "a number or a boolean"
    }
  }
}

extension String {
  /// The text as a JSON string: quoted, and on one line.
  var jsonQuoted: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // Any text can be written as JSON.
    guard let bytes = try? encoder.encode(self) else { return "\"…\"" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
