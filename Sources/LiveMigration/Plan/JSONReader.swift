/// A place in a JSON tree that can say what is wrong there.
struct JSONReader {
  let value: JSONValue
  /// Where the value stands: `steps[2].parameters`; empty for the whole text.
  let path: String
  /// The version of the format of the file that it stands in.
  var format = PlanHeader.formatVersion

  init(_ value: JSONValue, path: String = "", format: String = PlanHeader.formatVersion) {
    self.value = value
    self.path = path
    self.format = format
  }

  func string() throws(PlanRefusal) -> String {
    guard case .string(let text) = value else { throw wrongType("a string") }
    return text
  }

  func integer() throws(PlanRefusal) -> Int64 {
    guard case .integer(let number) = value else { throw wrongType("an integer") }
    return number
  }

  func boolean() throws(PlanRefusal) -> Bool {
    guard case .boolean(let truth) = value else { throw wrongType("a boolean") }
    return truth
  }

  func array() throws(PlanRefusal) -> [JSONReader] {
    guard case .array(let values) = value else { throw wrongType("an array") }
    return values.enumerated().map { JSONReader($1, path: "\(path)[\($0)]", format: format) }
  }

  func strings() throws(PlanRefusal) -> [String] {
    try array().map { element throws(PlanRefusal) in try element.string() }
  }

  /// One of the words that an enumeration has.
  func word<Word: RawRepresentable & CaseIterable>(
    _ type: Word.Type
  ) throws(PlanRefusal) -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: try string()) else {
      throw invalid("must be " + Word.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return word
  }

  func invalid(_ reason: String) -> PlanRefusal { .invalid(path: path, reason: reason) }

  private func wrongType(_ expected: String) -> PlanRefusal {
    .wrongType(path: path, expected: expected, found: value.kindName)
  }
}

extension JSONReader {
  /// The value under a key, which must be there.
  func member(_ key: String) throws(PlanRefusal) -> JSONReader {
    guard let member = try optionalMember(key) else { throw .missingKey(path: path(of: key)) }
    return member
  }

  func optionalMember(_ key: String) throws(PlanRefusal) -> JSONReader? {
    try members()[key].map { JSONReader($0, path: path(of: key), format: format) }
  }

  /// Refuses an object that has other keys than these.
  func allow(_ keys: Set<String>) throws(PlanRefusal) {
    let strange = try members().keys.filter { !keys.contains($0) }
    guard let first = strange.min() else { return }
    throw .unknownKey(path: path(of: first))
  }

  private func members() throws(PlanRefusal) -> [String: JSONValue] {
    guard case .object(let members) = value else { throw wrongType("an object") }
    return members
  }

  /// The path of a member; a key that is no plain word is quoted, so that a message stays one line.
  private func path(of key: String) -> String {
    let short = String(key.prefix(60))
    guard Words.isWord(short) else { return "\(path)[\(JSONValue.string(short).prettyText())]" }
    return path.isEmpty ? short : "\(path).\(short)"
  }
}
