/// Something that can stand at the cursor.
struct Completion: Hashable, Sendable {
  /// The whole word, without quotes: the editor adds those that it needs.
  var insert: String
  /// How it is listed, with what helps to choose.
  var display: String
  /// A Boolean value telling whether the word is complete; a folder's name is not.
  var isFinal: Bool
  /// A Boolean value telling whether the word is typed as it is, as in SQL, whose quotes are its own.
  var isVerbatim: Bool

  init(
    insert: String, display: String? = nil, isFinal: Bool = true, isVerbatim: Bool = false
  ) {
    self.insert = insert
    self.display = display ?? insert
    self.isFinal = isFinal
    self.isVerbatim = isVerbatim
  }
}

/// Finds what can stand at the cursor of a line; the cursor counts characters.
///
/// It is cancelled when it takes too long.
typealias CompletionProvider = @Sendable (_ line: String, _ cursor: Int) async -> [Completion]

/// What Tab does with what was found.
enum CompletionAction: Hashable {
  case nothing
  /// Puts this text in place of the word at the cursor.
  case replace(String)
  /// Shows the candidates.
  case list([Completion])

  /// Decides: the one candidate, else what all have in common, else the list.
  init(_ candidates: [Completion], at partial: PartialLine) {
    guard let first = candidates.first else {
      self = .nothing
      return
    }
    if Set(candidates.map(\.insert)).count == 1 {
      self = .replace(Self.typed(first, like: partial))
      return
    }
    let common = candidates.dropFirst().reduce(first.insert) { $0.commonPrefix(with: $1.insert) }
    let typed = first.isVerbatim ? partial.typedFragment : partial.fragment
    let extends = common.count > typed.count && common.hasPrefix(typed)
    let start = Completion(insert: common, isFinal: false, isVerbatim: first.isVerbatim)
    self = extends ? .replace(Self.typed(start, like: partial)) : .list(candidates)
  }

  private static func typed(_ completion: Completion, like partial: PartialLine) -> String {
    let word = completion.insert
    let quoted = completion.isVerbatim ? word : Word.quoted(word)
    guard !completion.isFinal else { return quoted + " " }
    // More will be typed after it: a quote must stay open.
    return quoted.hasSuffix("'") && quoted != word ? String(quoted.dropLast()) : quoted
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}

/// Candidates in columns.
enum CompletionListing {
  /// The lines for a window of that size: at most a screen full, read down and then across.
  static func lines(_ candidates: [Completion], in size: TerminalSize) -> [String] {
    let room = max(size.columns - 1, 1)
    let items = candidates.map { Sanitised.text($0.display).truncated(to: room) }
    let width = (items.map { DisplayWidth.of($0) }.max() ?? 0) + 2
    let columns = max(1, (room + 2) / width)
    let rows = (items.count + columns - 1) / columns
    let shown = min(rows, max(size.rows - 3, 1))
    // A shortened list is filled to the last column too.
    let step = shown < rows ? shown : rows
    let lines = (0..<shown).map { row in
      stride(from: row, to: min(items.count, step * columns), by: step)
        .map { items[$0].padded(to: width) }.joined().trimmingBlanks
    }
    let left = items.count - min(items.count, step * columns)
    return left > 0 ? lines + ["… and \(CountText.grouped(left)) more"] : lines
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last])
  }
}
