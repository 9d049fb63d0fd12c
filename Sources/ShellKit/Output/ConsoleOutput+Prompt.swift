internal import Synchronization

/// What the prompt needs beyond two streams.
extension ConsoleOutput {
  /// Keeps results that are taller than the screen until they are taken for a pager.
  func keepTallResults() {
    state.withLock { $0.keepsTallResults = true }
  }

  /// Takes the results that were kept; `nil` when all were written.
  func takeTallResults() -> String? {
    state.withLock { state in
      defer { state.tallResults = "" }
      return state.tallResults.isEmpty ? nil : state.tallResults
    }
  }

  /// Keeps a result that is too tall, and whatever comes after it.
  func keep(_ text: String) -> Bool {
    guard let size else { return false }
    let isTall = Self.rows(of: text, columns: size.columns) >= size.rows
    return state.withLock { state in
      guard state.keepsTallResults, state.diversion == nil else { return false }
      guard isTall || !state.tallResults.isEmpty else { return false }
      state.tallResults += text
      return true
    }
  }

  private static func rows(of text: String, columns: Int) -> Int {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(0) {
      rows, line in
      rows + max((PromptText.visibleWidth(of: line) + columns - 1) / columns, 1)
    }
  }

  /// Hands all text to `take` until ``endDiversion()``: a line is being edited where it would go.
  func divert(to take: @escaping @Sendable (String) -> Void) async {
    await flushed()
    state.withLock { $0.diversion = take }
  }

  func endDiversion() {
    state.withLock { $0.diversion = nil }
  }
}

extension String {
  var withoutLastLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
