/// Makes untrusted text safe to show: what could steer a terminal or turn the reading order becomes
/// visible.
enum Sanitised {
  /// The text with its control characters and invisible marks spelled out.
  ///
  /// - Parameter keepingLineEnds: Leaves `\n` as it is, for text that may stand on several lines.
  static func text(_ text: String, keepingLineEnds: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n", keepingLineEnds {
        result.unicodeScalars.append(scalar)
      } else if let spelling = spelling(of: scalar) {
        result += spelling
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Text of several lines whose first one stands behind something of ours: the others are indented, so that nothing that
  /// came from a server or a file looks like a line of the shell's own, such as `Next:`.
  ///
  /// A tab at the beginning of a line, as libpq writes it, is an indentation too.
  static func block(_ text: String, indent: String = "  ") -> String {
    let lines = self.text(text.replacing("\n\t", with: "\n" + indent), keepingLineEnds: true)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let rest = lines.dropFirst().map { $0.hasPrefix(indent) ? String($0) : indent + $0 }
    return (lines.prefix(1).map(String.init) + rest).joined(separator: "\n")
  }

  /// The same as `text` for bytes that may not be UTF-8: a byte that is not becomes `\xff`.
  static func text(bytes: some Collection<UInt8>, keepingLineEnds: Bool = false) -> String {
    var (result, valid) = ("", "")
    var rest = Array(bytes)[...]
    while let byte = rest.first {
      if let scalar = rest.decodeScalar() {
        valid.unicodeScalars.append(scalar)
      } else {
        result += text(valid, keepingLineEnds: keepingLineEnds) + hexadecimal(byte)
        valid = ""
        rest.removeFirst()
      }
    }
    return result + text(valid, keepingLineEnds: keepingLineEnds)
  }

  /// Whether a character steers a terminal, turns the reading order, ends a line where none should end, or cannot be
  /// seen.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool { spelling(of: scalar) != nil }

  private static func spelling(of scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x09: "\\t"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    case 0x00..<0x20, 0x7F: hexadecimal(UInt8(scalar.value))
    case 0x80..<0xA0: codePoint(scalar)
    // Marks that reorder or hide what stands around them.
    case 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF, 0xFFF9...0xFFFB:
      codePoint(scalar)
    default: nil
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
  }

  private static func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
  }
}

extension ArraySlice<UInt8> {
  /// Takes one scalar from the front; `nil`, with nothing taken, when the bytes there are not
  /// UTF-8.
  fileprivate mutating func decodeScalar() -> Unicode.Scalar? {
    let length = Swift.min(4, count)
    for count in 1...length where self[startIndex + count - 1] & 0xC0 == 0x80 || count == 1 {
      guard let text = String(validating: prefix(count), as: UTF8.self) else { continue }
      removeFirst(count)
      return text.unicodeScalars.first
    }
    return nil
  }
}
