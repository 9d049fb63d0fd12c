extension SecretScanner {
  /// The longest key that is looked at; `sslpassword` with each letter as `%xx` has 33 signs.
  private static let longestKey = 64

  /// The value of the setting whose `=` stands at `index`, if it is a password.
  func settingPassword(after index: Int) -> Finding? {
    var end = index
    while end > 0, bytes[end - 1].isBlank { end -= 1 }
    var start = end
    while start > 0, end - start < Self.longestKey, isKeyByte(bytes[start - 1]) { start -= 1 }
    guard isPasswordKey(bytes[start..<end]) else { return nil }
    let sign = byte(index + 1) == UInt8(ascii: ">") ? index + 2 : index + 1
    let place = skippingBlanks(from: sign)
    guard place < bytes.count else { return nil }
    let isSpaced = end < index || place > sign
    guard isStrict || !isSpaced || delimiter(at: place) != nil else { return nil }
    let isQuery = byte(start - 1) == UInt8(ascii: "?") || byte(start - 1) == .ampersand
    return Finding(value(from: place, isQuery: isQuery))
  }

  private func isKeyByte(_ byte: UInt8) -> Bool { byte.isWordByte || byte == UInt8(ascii: "%") }

  /// Whether a key is a password's: `password`, `PGPASSWORD`, `sslpassword`, `passwd`, `pass%77ord`.
  private func isPasswordKey(_ key: ArraySlice<UInt8>) -> Bool {
    guard key.count >= 6 else { return false }
    let name = Self.decoded(key).lowercased()
    return name.hasSuffix("password") || name.hasSuffix("passwd")
  }

  /// The key with what `%77` and its like stand for.
  private static func decoded(_ key: ArraySlice<UInt8>) -> String {
    var (result, rest): ([UInt8], ArraySlice<UInt8>) = ([], key)
    while let first = rest.first {
      let digits = String(decoding: rest.dropFirst().prefix(2), as: UTF8.self)
      if first == UInt8(ascii: "%"), digits.utf8.count == 2, let code = UInt8(digits, radix: 16) {
        result.append(code)
        rest = rest.dropFirst(3)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A value that may be quoted, or quoted in parts as a shell's word is.
  private func value(from start: Int, isQuery: Bool) -> Range<Int> {
    var index = start
    if let delimiter = delimiter(at: start) {
      guard let end = end(of: delimiter, from: start, escapes: true) else {
        return start..<bytes.count
      }
      guard let next = byte(end), !next.isBlank, !Self.followsQuoted.contains(next) else {
        return start..<end
      }
      index = end
    }
    var unpaired: Set<UInt8> = []
    while index < bytes.count, !bytes[index].isBlank, !(isQuery && bytes[index] == .ampersand) {
      let byte = bytes[index]
      let opens = (byte == .literal && !isInLiteral) || (byte == .quote && !isInQuoted)
      if opens, !unpaired.contains(byte) {
        if let end = end(of: [byte], from: index, escapes: true) {
          index = end
          continue
        }
        unpaired.insert(byte)
      }
      index += byte == .backslash ? 2 : 1
    }
    return trimmed(start..<min(index, bytes.count))
  }

  /// What may stand behind a value that is quoted as a whole.
  private static let followsQuoted = Set(",);&\"'".utf8)
}
