/// When to colour what is written: the value of `--color`.
enum ColourChoice: String, Hashable, Sendable, CaseIterable {
  case auto
  case always
  case never
}

/// How text for one stream may look: decided once for each, because one may be a file and the other
/// a terminal.
struct TerminalStyle: Hashable, Sendable {
  /// A look that every terminal knows; the exact colours are the user's choice.
  enum Look: Int, Hashable, Sendable {
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case magenta = 35
    case cyan = 36
  }

  /// A Boolean value telling whether escape sequences for colours may be written.
  var isColoured: Bool
  /// A Boolean value telling whether the cursor may be moved: a terminal, and not a dumb one.
  var isMovable: Bool

  /// Text as it is.
  static let plain = TerminalStyle(isColoured: false, isMovable: false)

  init(isColoured: Bool, isMovable: Bool) {
    self.isColoured = isColoured
    self.isMovable = isMovable
  }

  /// Decides for a stream.
  ///
  /// The choice on the command line wins, then `NO_COLOR`, then `CLICOLOR_FORCE`, then what the
  /// terminal can do. A variable that is empty counts as not set.
  init(_ choice: ColourChoice, isTerminal: Bool, environment: [String: String]) {
    let term = environment["TERM"] ?? ""
    isMovable = isTerminal && !term.isEmpty && term != "dumb"
    let force = environment["CLICOLOR_FORCE"] ?? ""
    isColoured =
      switch choice {
      case .always: true
      case .never: false
      case .auto where !(environment["NO_COLOR"] ?? "").isEmpty: false
      case .auto where !force.isEmpty && force != "0": true
      case .auto: isMovable
      }
  }

  /// The text in that look, or as it is where nothing is coloured.
  func text(_ text: String, _ looks: Look...) -> String {
    guard isColoured, !looks.isEmpty, !text.isEmpty else { return text }
    let codes = looks.map { String($0.rawValue) }.joined(separator: ";")
    return "\u{1B}[\(codes)m\(text)\u{1B}[0m"
  }
}
