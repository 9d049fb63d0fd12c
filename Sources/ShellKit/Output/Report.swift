/// A command's result, for people and for programs.
protocol Report: Sendable {
  /// The text, each of its lines ended; nothing in it may steer the terminal but `look`'s colours.
  func text(_ look: TextLook) -> String
  /// The objects, one line each.
  var objects: [OutputValue] { get }
}

/// What text is fitted to.
struct TextLook: Hashable, Sendable {
  /// The colours.
  var style = TerminalStyle.plain
  /// The terminal's columns; `nil` where nothing is cut.
  var columns: Int?

  /// The last line of a result: what to type next.
  func next(_ line: String?) -> String {
    line.map { style.text("Next:", .bold) + " " + Sanitised.text($0) + "\n" } ?? ""
  }

  /// A status in its colour.
  func status(_ word: String) -> String {
    switch word {
    case "complete": style.text(word, .green)
    case "failed": style.text(word, .red)
    case "abandoned": style.text(word, .dim)
    case "validating", "cutover", "finalizing", "paused": style.text(word, .yellow)
    default: style.text(word, .cyan)
    }
  }
}

/// How results are written.
enum OutputFormat: String, Hashable, Sendable, CaseIterable {
  case text
  case json
}
