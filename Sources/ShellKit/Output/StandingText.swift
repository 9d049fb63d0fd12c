/// Lines at the bottom of a terminal that are drawn over again, as a progress bar is.
struct StandingText: Hashable, Sendable {
  private(set) var lines: [String] = []

  /// The bytes that take the lines away; the cursor then stands where they began.
  var erasure: String {
    guard !lines.isEmpty else { return "" }
    let up = lines.count > 1 ? "\u{1B}[\(lines.count - 1)A" : ""
    return "\r" + up + "\u{1B}[J"
  }

  /// The bytes that put other lines in their place; the cursor stays at the end of the last one.
  mutating func replace(with lines: [String]) -> String {
    defer { self.lines = lines }
    return erasure + lines.joined(separator: "\r\n")
  }

  /// Forgets the lines and leaves them where they are.
  mutating func release() {
    lines = []
  }

  /// The bytes that draw the same lines again, after something else was written.
  var drawing: String { lines.joined(separator: "\r\n") }
}
