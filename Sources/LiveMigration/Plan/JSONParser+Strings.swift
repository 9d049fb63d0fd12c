extension JSONParser {
  /// Reads a string whose opening quote is next.
  mutating func string() throws(Failure) -> String {
    offset += 1
    var content: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"): content += try escape().utf8
      case 0..<0x20: throw failure("a control character must be escaped")
      default:
        content.append(byte)
        offset += 1
      }
    }
    throw failure("a string does not end")
  }

  private mutating func escape() throws(Failure) -> String {
    let start = offset
    offset += 1
    guard let letter = peek else { throw failure("a string does not end") }
    offset += 1
    switch letter {
    case UInt8(ascii: "u"): return String(Character(try escapedScalar(from: start)))
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return String(Character(UnicodeScalar(letter)))
    default: throw Failure(offset: start, reason: "an unknown escape")
    }
  }

  private mutating func escapedScalar(from start: Int) throws(Failure) -> UnicodeScalar {
    let first = try codeUnit()
    guard first != 0 else {
      throw Failure(offset: start, reason: "a zero character, which PostgreSQL cannot hold")
    }
    var units = [first]
    if UTF16.isLeadSurrogate(first), takesByte("\\"), takesByte("u") {
      units.append(try codeUnit())
    }
    guard let text = String(validating: units, as: UTF16.self),
      let scalar = text.unicodeScalars.first
    else { throw Failure(offset: start, reason: "half of a surrogate pair") }
    return scalar
  }

  private mutating func codeUnit() throws(Failure) -> UInt16 {
    let end = offset + 4
    guard end <= bytes.count,
      bytes[offset..<end].allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: bytes[offset..<end], as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits are expected") }
    offset = end
    return unit
  }
}
