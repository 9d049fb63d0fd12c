internal import Synchronization

/// Where the arrow keys are in the history.
struct HistoryRecall: Hashable {
  /// What was typed before the first arrow.
  let draft: String
  /// What the recalled lines begin with: the draft up to the cursor.
  let prefix: String
  /// Which entry is shown, and its text; another text means that it was edited.
  var index: Int
  var shown: String
}

extension EditingLineReader {
  /// Shows the next older line that begins with what stood before the cursor.
  func recallOlder() {
    let recall = currentRecall
    guard
      let index = history.index(before: recall.index, prefix: recall.prefix, not: recall.shown)
    else { return edit.write("\u{07}") }
    show(recall, index, history.entries[index])
  }

  /// Shows the next newer one, and after the newest what was typed.
  func recallNewer() {
    let recall = currentRecall
    guard recall.index < history.entries.count else { return edit.write("\u{07}") }
    if let index = history.index(after: recall.index, prefix: recall.prefix, not: recall.shown) {
      show(recall, index, history.entries[index])
    } else {
      show(recall, history.entries.count, recall.draft)
    }
  }

  private var currentRecall: HistoryRecall {
    let (before, after) = edit.line
    let text = before + after
    if let recall, recall.shown == text { return recall }
    return HistoryRecall(
      draft: text, prefix: before, index: history.entries.count, shown: text)
  }

  private func show(_ recall: HistoryRecall, _ index: Int, _ text: String) {
    edit.replaceLine(with: text)
    self.recall = HistoryRecall(
      draft: recall.draft, prefix: recall.prefix, index: index, shown: text)
  }

  /// Inserts what comes up to the end of the paste: newlines stay, and nothing in it is a key.
  func insertPaste() {
    let end = "\u{1B}[201~"
    var text = ""
    while let scalar = nextPastedScalar() {
      text.unicodeScalars.append(scalar)
      if scalar == "~", text.hasSuffix(end) { break }
    }
    if text.hasSuffix(end) { text.removeLast(end.count) }
    edit.insert(PastedText.cleaned(text))
  }

  /// Completes the word at the cursor or lists what it can become.
  func completeWord() {
    let (before, after) = edit.line
    let partial = PartialLine(before)
    guard let complete, !partial.isInComment else { return edit.write("\u{07}") }
    let candidates = wait { await complete(before + after, before.count) }
    switch CompletionAction(candidates, at: partial) {
    case .nothing: edit.write("\u{07}")
    case .replace(let text):
      edit.delete(scalars: partial.typedFragment.unicodeScalars.count)
      edit.insert(text)
    case .list(let candidates):
      clear()
      edit.write(CompletionListing.lines(candidates, in: size).map { $0 + "\n" }.joined())
      edit.redraw()
    }
  }

  /// How long an operator waits for Tab, in milliseconds: enough to connect to a server far away, as the first Tab of a
  /// session may have to.
  private static let patience: Int32 = 2000

  /// Runs the look-up elsewhere; nothing is found when patience is over.
  private func wait(_ find: @escaping @Sendable () async -> [Completion]) -> [Completion] {
    guard let bell = try? Bell() else { return [] }
    let found = FoundCompletions()
    let task = Task.detached {
      let candidates = await find()
      found.value.withLock { $0 = candidates }
      bell.ring()
    }
    guard input.wait(for: bell, timeout: Self.patience) else {
      task.cancel()
      return []
    }
    return found.value.withLock { $0 }
  }
}

/// Brings candidates from a task to the thread that waits.
private final class FoundCompletions: Sendable {
  let value = Mutex<[Completion]>([])
}

/// What of a paste goes into a line.
enum PastedText {
  /// Newlines and tabs, but no other control character, and no newline at the end.
  static func cleaned(_ text: String) -> String {
    var scalars = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").unicodeScalars
    scalars.removeAll { ($0.value < 0x20 && $0 != "\n" && $0 != "\t") || $0.value == 0x7F }
    while scalars.last == "\n" { scalars.removeLast() }
    return String(scalars)
  }
}
