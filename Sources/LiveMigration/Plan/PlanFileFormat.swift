/// The format of a plan file: `djogi-plan(5)`.
public enum PlanFileFormat {
  /// The most bytes that a plan file may have.
  public static let maximumSize = 64 << 20

  /// The plan as a plan file's bytes.
  ///
  /// What is written is read back and compared, so a plan that could not be run again is refused
  /// before anything depends on it.
  public static func encode(_ plan: LivePlan) throws(PlanFileError) -> [UInt8] {
    let bytes = Array((value(of: plan).prettyText() + "\n").utf8)
    guard try decode(bytes) == plan else {
      throw .refused(.invalid(path: "", reason: "does not hold the whole plan"), file: nil)
    }
    return bytes
  }

  /// The plan that a plan file's bytes hold.
  public static func decode(_ bytes: [UInt8]) throws(PlanFileError) -> LivePlan {
    do throws(PlanRefusal) {
      return try plan(from: JSONReader(try tree(of: bytes)))
    } catch {
      throw .refused(error, file: nil)
    }
  }

  private static func tree(of bytes: [UInt8]) throws(PlanRefusal) -> JSONValue {
    guard bytes.count <= maximumSize else { throw .tooLarge(limit: maximumSize) }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
    do throws(JSONParser.Failure) {
      return try JSONParser.parse(bytes)
    } catch {
      let before = bytes[..<error.offset]
      let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      throw .notJSON(
        line: before.count(where: { $0 == UInt8(ascii: "\n") }) + 1,
        column: error.offset - lineStart + 1, reason: error.reason)
    }
  }
}
