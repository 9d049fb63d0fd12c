/// Makes logical lines of bytes, however they come in pieces.
struct LineAssembler {
  /// The longest logical line, in bytes.
  static let limit = 1 << 20

  private var pending: [UInt8] = []
  /// Where in `pending` the next physical line begins, and up to where its end was looked for.
  private var start = 0
  private var scanned = 0
  private var logical: [UInt8] = []
  private var state = QuotingState()
  /// The number of the physical line that comes next.
  private var number = 1
  private var first = 1
  private var isAtStart = true

  /// A Boolean value telling whether a `\` at the end of the last line asks for another one.
  var isContinuing: Bool { state.isEscaping }

  /// Adds bytes that were read.
  mutating func append(_ bytes: some Collection<UInt8>) {
    pending.removeSubrange(..<start)
    scanned -= start
    start = 0
    pending += bytes
  }

  /// The next logical line that is complete; `nil` when more bytes are needed.
  mutating func next() throws(LineError) -> LogicalLine? {
    skipByteOrderMark()
    while let end = pending[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = pending[start..<end]
      start = end + 1
      scanned = start
      if let complete = try take(line) { return complete }
    }
    scanned = pending.count
    try checkLength(of: pending.count - start)
    return nil
  }

  /// What is left when no more bytes come; `nil` when nothing is.
  ///
  /// Call it after ``next()`` returned `nil`.
  mutating func finish() throws(LineError) -> LogicalLine? {
    let rest = pending[start...]
    start = pending.count
    scanned = start
    if !rest.isEmpty, let complete = try take(rest) { return complete }
    return logical.isEmpty ? nil : complete()
  }

  private mutating func skipByteOrderMark() {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard isAtStart, pending.count >= mark.count || pending.contains(UInt8(ascii: "\n")) else {
      return
    }
    isAtStart = false
    if pending.starts(with: mark) {
      start = mark.count
      scanned = start
    }
  }

  /// Adds a physical line; returns the logical line that it ends.
  private mutating func take(_ bytes: ArraySlice<UInt8>) throws(LineError) -> LogicalLine? {
    var bytes = bytes
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    try checkLength(of: bytes.count)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw LineError("this line is not valid UTF-8", line: number)
    }
    if logical.isEmpty { first = number }
    number += 1
    if state.isEscaping { _ = state.read("\n") }
    for scalar in text.unicodeScalars { _ = state.read(scalar) }
    logical += bytes
    guard !state.isEscaping else {
      logical.append(UInt8(ascii: "\n"))
      return nil
    }
    return complete()
  }

  private mutating func complete() -> LogicalLine {
    defer {
      logical = []
      state = QuotingState()
    }
    var text = String(decoding: logical, as: UTF8.self)
    // The text ended after a `\`: without a line to join, only the `\` is left for the splitter.
    if state.isEscaping, text.hasSuffix("\n") { text.removeLast() }
    return LogicalLine(number: first, text: text)
  }

  private func checkLength(of count: Int) throws(LineError) {
    if logical.count + count > Self.limit {
      throw LineError("this line is longer than 1 MiB", line: logical.isEmpty ? number : first)
    }
  }
}
