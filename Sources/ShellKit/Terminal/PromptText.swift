/// A prompt taken apart into what is seen and the sequences that colour it.
struct PromptText: Hashable, Sendable {
  /// The mark that libedit wants around what takes no room.
  static let literalMark: Character = "\u{01}"

  /// Without the colours, and safe to print.
  let visible: String
  /// With them, each marked for libedit.
  let marked: String
  /// With them, as the terminal wants it.
  let coloured: String

  private enum Part: Hashable {
    case text(String)
    case escape(String)
  }

  /// Takes a prompt apart; of escape sequences it may hold those for colours only.
  init(_ prompt: String) {
    let parts = Self.drawable(Self.parts(of: prompt))
    let mark = String(Self.literalMark)
    visible = parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    coloured = parts.map {
      switch $0 {
      case .text(let text), .escape(let text): text
      }
    }.joined()
    marked = parts.map {
      switch $0 {
      case .text(let text): text
      case .escape(let escape): mark + escape + mark
      }
    }.joined()
  }

  /// The columns of a line without its colours.
  static func visibleWidth(of line: Substring) -> Int {
    DisplayWidth.of(line.replacing(/\u{1B}\[[0-9;]*m/, with: "").description)
  }

  private static func parts(of prompt: String) -> [Part] {
    var (parts, rest): ([Part], Substring) = ([], prompt[...])
    while let escape = rest.firstMatch(of: /\u{1B}\[[0-9;]*m/) {
      parts += [.text(String(rest[..<escape.range.lowerBound])), .escape(String(escape.output))]
      rest = rest[escape.range.upperBound...]
    }
    parts.append(.text(String(rest)))
    return parts.compactMap {
      guard case .text(let text) = $0 else { return $0 }
      return text.isEmpty ? nil : .text(Sanitised.text(text))
    }
  }

  /// libedit garbles two literals side by side and loses one at the end.
  private static func drawable(_ parts: [Part]) -> [Part] {
    var result: [Part] = []
    for part in parts {
      if case .escape(let escape) = part, case .escape(let before) = result.last {
        result[result.count - 1] = .escape(before + escape)
      } else {
        result.append(part)
      }
    }
    guard case .escape(let last) = result.last else { return result }
    result.removeLast()
    guard case .text(let text) = result.last, text.hasSuffix(" ") else {
      return result + [.escape(last), .text(" ")]
    }
    result[result.count - 1] = .text(String(text.dropLast()))
    return result.filter { $0 != .text("") } + [.escape(last), .text(" ")]
  }
}
