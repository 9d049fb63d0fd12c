internal import Glibc

/// How many columns and rows a terminal has.
struct TerminalSize: Hashable, Sendable {
  var columns: Int
  var rows: Int

  /// What terminals have when nothing says otherwise.
  static let standard = TerminalSize(columns: 80, rows: 24)

  /// The size of the terminal behind a descriptor; `nil` when there is none, and nothing is ever
  /// cut.
  ///
  /// A terminal that does not know its size, as on a serial line, is asked for in `COLUMNS` and
  /// `LINES`.
  static func of(_ descriptor: Int32, environment: [String: String] = [:]) -> TerminalSize? {
    guard isatty(descriptor) == 1 else { return nil }
    var window = winsize()
    _ = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &window)
    return TerminalSize(
      columns: first(Int(window.ws_col), environment["COLUMNS"], standard.columns),
      rows: first(Int(window.ws_row), environment["LINES"], standard.rows))
  }

  private static func first(_ known: Int, _ variable: String?, _ standard: Int) -> Int {
    if known > 0 { return known }
    return variable.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? standard
  }
}
