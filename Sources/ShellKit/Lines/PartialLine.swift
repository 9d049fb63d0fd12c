/// A line that is being typed, up to the cursor: what completion looks at.
struct PartialLine: Hashable, Sendable {
  /// The words before the one at the cursor.
  private(set) var words: [String] = []
  /// The word at the cursor, as far as it is typed; empty after a blank.
  private(set) var fragment = ""
  /// How the fragment is typed, quotes and escapes included.
  private(set) var typedFragment = ""
  /// A Boolean value telling whether the cursor stands in a comment.
  let isInComment: Bool

  /// Reads `text`, the part of the line before the cursor; nothing in it is an error.
  init(_ text: String) {
    var state = QuotingState()
    var words: [String] = []
    var (fragment, typed) = ("", "")
    for character in text {
      for scalar in character.unicodeScalars {
        if case .text(let text) = state.read(scalar) { fragment += text }
      }
      typed.append(character)
      guard state.isBetweenWords else { continue }
      // The blank itself is in `typed`.
      if typed.count > 1 { words.append(fragment) }
      (fragment, typed) = ("", "")
    }
    isInComment = state.place == .comment
    (self.words, self.fragment, typedFragment) = (words, fragment, typed)
  }
}

extension QuotingState {
  fileprivate var isBetweenWords: Bool { place == .blank && !isEscaping }
}
