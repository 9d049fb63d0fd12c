import Foundation

/// Takes what a program writes to a terminal apart into text and escape sequences, however it is
/// cut.
struct PseudoTerminalParser: Sendable {
  enum Item: Hashable, Sendable {
    case text(Unicode.Scalar)
    case control(Unicode.Scalar)
    /// `ESC [ parameters final`; private ones begin with `?`, `>` or `=`.
    case sequence(Character, [Int], isPrivate: Bool)
  }

  private enum State: Hashable {
    case text
    case escape
    /// After `ESC (` and the like: one more character belongs to it.
    case charset
    case sequence(String)
    /// After `ESC ]`, up to BEL or `ESC \`.
    case title(isEnding: Bool)
  }

  private var state = State.text
  private var partial: [UInt8] = []

  mutating func parse(_ data: Data) -> [Item] {
    decode(data).compactMap { take($0) }
  }

  /// Keeps the bytes of a character that is not complete for the next call.
  private mutating func decode(_ data: Data) -> String.UnicodeScalarView {
    partial += data
    var end = partial.count
    for count in 1...3 where partial.count >= count {
      let byte = partial[partial.count - count]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      if length > count { end = partial.count - count }
      break
    }
    defer { partial.removeFirst(end) }
    return String(decoding: partial[..<end], as: UTF8.self).unicodeScalars
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Item? {
    switch state {
    case .text: return takeText(scalar)
    case .escape:
      state =
        switch scalar {
        case "[": .sequence("")
        case "]": .title(isEnding: false)
        case "(", ")", "#": .charset
        default: .text
        }
    case .charset: state = .text
    case .sequence(let text): return takeSequence(text, scalar)
    case .title(let isEnding):
      let isOver = scalar == "\u{07}" || (isEnding && scalar == "\\")
      state = isOver ? .text : .title(isEnding: scalar == "\u{1B}")
    }
    return nil
  }

  private mutating func takeText(_ scalar: Unicode.Scalar) -> Item? {
    if scalar == "\u{1B}" {
      state = .escape
      return nil
    }
    return scalar.value < 0x20 || scalar.value == 0x7F ? .control(scalar) : .text(scalar)
  }

  private mutating func takeSequence(_ text: String, _ scalar: Unicode.Scalar) -> Item? {
    guard (0x40...0x7E).contains(scalar.value) else {
      state = .sequence(text + String(scalar))
      return nil
    }
    state = .text
    let isPrivate = text.first.map { "?>=".contains($0) } ?? false
    let parameters = text.split(separator: ";", omittingEmptySubsequences: false).map {
      Int($0) ?? 0
    }
    return .sequence(Character(scalar), parameters, isPrivate: isPrivate)
  }
}
