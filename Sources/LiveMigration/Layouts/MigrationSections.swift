/// The lines that divide one file into the way up and the way down.
struct MigrationSections: Hashable, Sendable {
  /// What such a line begins with, behind `--`.
  let mark: String
  /// The word that begins the way up.
  let up: String
  /// The word that begins the way down.
  let down: String
  /// Words of which what follows cannot be read as it stands, with the reason.
  var refused: [String: String] = [:]

  static let dbmate = MigrationSections(mark: "migrate:", up: "up", down: "down")
  static let goose = MigrationSections(
    mark: "+goose", up: "up", down: "down",
    refused: ["envsub on": "goose puts variables of the environment into it"])

  /// The dividing lines of every tool that has some.
  static let all = [dbmate, goose]

  /// A file's two ways.
  struct Ways: Hashable {
    /// The way up; every line of the rest is blank, so that places stay what they are.
    var up: String
    /// The way down, likewise; `nil` when there is none.
    var down: String?
  }

  /// Why a file cannot be divided.
  struct Fault: Error, Hashable {
    var reason: String
  }

  /// Whether a text has a line that begins the way up.
  func divides(_ text: String) -> Bool {
    Self.lines(of: text).contains { word(of: $0)?.hasPrefix(up) == true }
  }

  /// Divides a file.
  func ways(of text: String) throws(Fault) -> Ways {
    var (above, below) = ("", "")
    var way: String?
    var ways: Set<String> = []
    for line in Self.lines(of: text) {
      if let word = word(of: line) {
        if let reason = refused.first(where: { word.hasPrefix($0.key) })?.value {
          throw Fault(reason: reason)
        }
        let first = word.prefix { !$0.isWhitespace }
        if first == up || first == down {
          way = String(first)
          guard ways.insert(String(first)).inserted else {
            throw Fault(reason: "it has two lines -- \(spelling(String(first)))")
          }
        }
      }
      let blank = line.filter(\.isNewline)
      above += way == up ? String(line) : blank
      below += way == down ? String(line) : blank
    }
    guard ways.contains(up) else {
      throw Fault(reason: "it has no line -- \(spelling(up)) to begin the way up")
    }
    return Ways(up: above, down: ways.contains(down) ? below : nil)
  }

  /// The way up of a text that some tool's lines divide, else the whole text.
  static func wayUp(_ text: String) -> String {
    guard let sections = all.first(where: { $0.divides(text) }) else { return text }
    return (try? sections.ways(of: text))?.up ?? text
  }

  /// The dividing lines around a new file's text.
  func wrapped(_ text: String) -> String {
    "-- \(spelling(up))\n" + text + (text.hasSuffix("\n") ? "" : "\n") + "\n-- \(spelling(down))\n"
  }

  private func spelling(_ word: String) -> String {
    mark.hasSuffix(":") ? mark + word : mark + " " + word.prefix(1).uppercased() + word.dropFirst()
  }

  /// What follows the mark in a line, in lower case; `nil` for another line.
  private func word(of line: Substring) -> String? {
    var rest = line.drop { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
    guard rest.hasPrefix("--") else { return nil }
    rest = rest.dropFirst(2).drop { $0 == " " || $0 == "\t" }
    guard rest.lowercased().hasPrefix(mark) else { return nil }
    let words = rest.dropFirst(mark.count).lowercased().split { $0.isWhitespace }
    return words.joined(separator: " ")
  }

  /// The lines with their ends.
  private static func lines(of text: String) -> [Substring] {
    var lines: [Substring] = []
    var start = text.startIndex
    while start < text.endIndex {
      let end = text[start...].firstIndex(where: \.isNewline).map { text.index(after: $0) }
      lines.append(text[start..<(end ?? text.endIndex)])
      start = end ?? text.endIndex
    }
    return lines
  }
}
