internal import LiveMigration

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
  /// How the line to type next is worded.
  var line = NextLine()

  /// The last line of a result: what to type next.
  func next(_ step: NextStep?) -> String {
    step.map { style.text("Next:", .bold) + " " + Sanitised.text(line.text($0)) + "\n" } ?? ""
  }

  /// Facts with their names before them, broken where the terminal ends.
  func facts(_ facts: [(String, String)], nameWidth: Int) -> String {
    facts.map { name, value in
      let start = "  " + style.text(name.padded(to: nameWidth), .dim) + " "
      return start + wrapped(value, indent: nameWidth + 3) + "\n"
    }.joined()
  }

  /// Text on lines of the terminal, all but the first indented.
  func wrapped(_ text: String, indent: Int) -> String {
    guard let columns else { return text }
    let room = max(columns - 1 - indent, 20)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if !line.isEmpty, PromptText.visibleWidth(of: longer[...]) > room {
        lines.append(line)
        line = String(word)
      } else {
        line = longer
      }
    }
    return (lines + [line]).joined(separator: "\n" + String(repeating: " ", count: indent))
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
