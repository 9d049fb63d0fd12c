internal import Foundation

/// The format of a plan file: `djogi-plan(5)`.
public enum PlanFileFormat {
  /// The most bytes that a plan file may have.
  public static let maximumSize = 64 << 20

  /// Where a decoder finds the version of the format.
  static let version = CodingUserInfoKey(rawValue: "plan file format")

  /// The plan as a plan file's bytes.
  ///
  /// What is written is read back and compared, so a plan that could not be run again is refused
  /// before anything depends on it.
  public static func encode(_ plan: LivePlan) throws(PlanFileError) -> [UInt8] {
    do throws(PlanRefusal) {
      try plan.check()
      let bytes = try write(plan)
      guard try read(bytes) == plan else {
        throw .invalid(path: "", reason: "does not hold the whole plan")
      }
      return bytes
    } catch {
      throw .refused(error, file: nil)
    }
  }

  /// The plan that a plan file's bytes hold.
  public static func decode(_ bytes: [UInt8]) throws(PlanFileError) -> LivePlan {
    do throws(PlanRefusal) {
      return try read(bytes)
    } catch {
      throw .refused(error, file: nil)
    }
  }

  private static func write(_ plan: LivePlan) throws(PlanRefusal) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(plan)) + [UInt8(ascii: "\n")]
    } catch {
      throw .invalid(path: "", reason: "cannot be written as JSON: \(error)")
    }
  }

  private static func read(_ bytes: [UInt8]) throws(PlanRefusal) -> LivePlan {
    guard bytes.count <= maximumSize else { throw .tooLarge(limit: maximumSize) }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
    let tree = try PlanFileTree(bytes)
    let format = try tree.format()
    let decoder = JSONDecoder()
    if let key = version { decoder.userInfo[key] = format }
    let plan: LivePlan
    do {
      plan = try decoder.decode(LivePlan.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw tree.refusal(of: error)
    } catch {
      throw .invalid(path: "", reason: "\(error)")
    }
    try plan.check()
    // A file of format 1 was written by a version that wrote other keys.
    if format == PlanHeader.formatVersion {
      try tree.refuseKeys(missingFrom: try PlanFileTree(write(plan)))
    }
    return plan
  }
}

extension Decoder {
  /// Whether the file has format 1, which knows less of a plan.
  var isOfFormat1: Bool {
    PlanFileFormat.version.flatMap { userInfo[$0] as? String } == "1"
  }
}

extension KeyedDecodingContainer {
  /// A value that is left out where it is the usual one.
  func decode<Value: Decodable>(_ key: Key, usually usual: Value) throws -> Value {
    contains(key) ? try decode(Value.self, forKey: key) : usual
  }

  /// One of the words that an enumeration has.
  func word<Word: RawRepresentable<String> & CaseIterable>(_ key: Key) throws -> Word {
    guard let word = Word(rawValue: try decode(String.self, forKey: key)) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self,
        debugDescription: "must be " + Word.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return word
  }
}

extension KeyedEncodingContainer {
  /// Leaves a value out where it is the usual one.
  mutating func encode<Value: Encodable & Equatable>(
    _ value: Value, _ key: Key, unless usual: Value
  ) throws {
    if value != usual { try encode(value, forKey: key) }
  }
}
