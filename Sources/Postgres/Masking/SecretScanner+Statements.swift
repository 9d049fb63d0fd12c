extension SecretScanner {
  /// A word and its string stand no further apart, comments aside.
  private static let widestGap = 256

  /// The string that follows the word `password` at `index`, as in `ALTER ROLE … PASSWORD '…'`, or what is typed after
  /// psql's `\password`.
  mutating func statementPassword(at index: Int) -> Finding? {
    let end = index + 8
    if byte(index - 1) == .backslash, byte(end)?.isBlank == true { return restOfLine(from: end) }
    let start = skippingGap(from: end)
    var place = start
    var escapes = false
    if start > end {
      if has("u&'", at: place) {
        place += 2
      } else if byte(place + 1) == .literal, bytes[place].lowercased.isStringPrefix {
        escapes = bytes[place].lowercased == UInt8(ascii: "e")
        place += 1
      }
    } else if byte(place) == .literal, isInLiteral, !has("'\\''", at: place) {
      // The end of a quotation, as in 'the password'.
      return nil
    }
    guard let first = byte(place), first == .literal || first == .dollar,
      let delimiter = delimiter(at: place) ?? (first == .literal ? [.literal] : nil)
    else { return nil }
    return string(delimiter, from: place, escapes: escapes)
  }

  /// What is in a string, and in those that continue it on further lines.
  private func string(_ delimiter: [UInt8], from start: Int, escapes: Bool) -> Finding {
    let inside = start + delimiter.count
    guard var end = end(of: delimiter, from: start, escapes: escapes) else {
      return Finding(inside..<bytes.count)
    }
    while delimiter == [.literal] {
      let next = skippingBlanks(from: end)
      guard byte(next) == .literal, bytes[end..<next].contains(UInt8(ascii: "\n")) else { break }
      end = self.end(of: delimiter, from: next, escapes: escapes) ?? bytes.count
    }
    return Finding(inside..<max(end - delimiter.count, inside), next: end)
  }

  private func restOfLine(from start: Int) -> Finding? {
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let first = min(skippingBlanks(from: start), end)
    return Finding(trimmed(first..<end))
  }

  /// The first place that holds neither a blank nor a comment.
  private mutating func skippingGap(from start: Int) -> Int {
    var (index, blanks) = (start, 0)
    while index < bytes.count, blanks < Self.widestGap {
      if bytes[index].isBlank {
        index += 1
        blanks += 1
      } else if has("/*", at: index), let end = endOfComment(at: index) {
        index = end
      } else {
        break
      }
    }
    return index
  }

  private mutating func endOfComment(at start: Int) -> Int? {
    if !comment.contains(start) {
      var end = start + 2
      while end < bytes.count, !has("*/", at: end) { end += 1 }
      comment = start..<min(end + 2, bytes.count + 1)
    }
    return comment.upperBound <= bytes.count ? comment.upperBound : nil
  }
}

extension SecretScanner {
  /// What the quotation at `index` begins and ends with; `nil` where none begins.
  func delimiter(at index: Int) -> [UInt8]? {
    switch byte(index) {
    case .literal:
      if has("'\\''", at: index) { return Array("'\\''".utf8) }
      guard isInLiteral else { return [.literal] }
      // Inside of a string a doubled quote is one, and a single one its end.
      let isDoubled = has("''", at: index) && byte(index + 2).map { !$0.isBlank } == true
      return isDoubled ? [.literal, .literal] : nil
    case .quote: return isInQuoted ? nil : [.quote]
    case .backslash:
      guard let next = byte(index + 1), next == .literal || next == .quote else { return nil }
      return [.backslash, next]
    case .dollar:
      var end = index + 1
      while end - index < 64, byte(end)?.isWordByte == true { end += 1 }
      return byte(end) == .dollar ? Array(bytes[index...end]) : nil
    default: return nil
    }
  }

  /// The place behind the quotation that begins at `start`; `nil` when it has no end.
  func end(of delimiter: [UInt8], from start: Int, escapes: Bool) -> Int? {
    let isSingle = delimiter == [.literal] || delimiter == [.quote]
    guard let first = delimiter.first else { return nil }
    var index = start + delimiter.count
    while index < bytes.count {
      if isSingle, escapes, bytes[index] == .backslash {
        index += 2
      } else if bytes[index] != first || !bytes[index...].starts(with: delimiter) {
        index += 1
      } else if isSingle, byte(index + 1) == first {
        index += 2
      } else {
        return index + delimiter.count
      }
    }
    return nil
  }
}

extension UInt8 {
  /// Whether the letter may stand before a string: `E'…'`, `N'…'`, `B'…'`, `X'…'`.
  fileprivate var isStringPrefix: Bool { "enbx".utf8.contains(self) }
}
