extension SecretScanner {
  /// A run of bytes without a blank, and its last `@`.
  struct URIWord {
    var range: Range<Int>
    var lastAt: Int?
  }

  /// The password of the URI whose `://` stands at `index`.
  ///
  /// It goes on to the last `@` of the word: one with `/`, `?` or `@` in it, which libpq reads otherwise, was written all
  /// the same.
  mutating func uriPassword(after index: Int) -> Finding? {
    let start = index + 3
    readWord(at: start)
    let end = word.range.upperBound
    let stop = endOfUser(from: start, before: end)
    let isOurs = has("postgresql", at: index - 10) || has("postgres", at: index - 8)
    if isOurs, let last = word.lastAt, last > start,
      let colon = bytes[start..<last].firstIndex(of: .colon),
      // `user@host:port/db?x=a@b` is as it should be.
      byte(stop) != .at || !bytes[stop..<last].contains(.slash)
    {
      return Finding(colon + 1..<last)
    }
    guard stop < end, bytes[stop] == .colon else { return nil }
    if let last = word.lastAt, last > stop { return Finding(stop + 1..<last) }
    return isPort(stop + 1, before: end) ? nil : Finding(trimmed(stop + 1..<end))
  }

  /// The end of what stands before the password: a user's name, or a host's.
  private func endOfUser(from start: Int, before end: Int) -> Int {
    var stop = start
    if byte(start) == UInt8(ascii: "[") {
      while stop < end, bytes[stop] != UInt8(ascii: "]") { stop += 1 }
    }
    while stop < end, !Self.endsUser.contains(bytes[stop]) { stop += 1 }
    return stop
  }

  private static let endsUser = Set(":/@?'\"".utf8)

  private mutating func readWord(at start: Int) {
    guard !word.range.contains(start) else { return }
    word = URIWord(range: start..<start, lastAt: nil)
    var end = start
    while end < bytes.count, !bytes[end].isBlank {
      if bytes[end] == .at { word.lastAt = end }
      end += 1
    }
    word.range = start..<end
  }

  /// Whether a port's number stands there, and no password that lacks the host behind it.
  private func isPort(_ start: Int, before end: Int) -> Bool {
    var stop = start
    while stop < end, bytes[stop].isDigit { stop += 1 }
    guard stop < end else { return true }
    return Self.followsPort.contains(bytes[stop])
      || (stop == end - 1 && Self.endsSentence.contains(bytes[stop]))
  }

  private static let followsPort = Set("/?,#'\")>".utf8)
  private static let endsSentence = Set(".;:".utf8)
}
