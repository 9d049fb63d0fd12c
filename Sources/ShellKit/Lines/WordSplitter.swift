/// Splits a line into words the way a shell does, without variables, globs and pipes.
struct WordSplitter {
  private var state = QuotingState()
  private var position = TextPosition()
  /// Where the `\` or the quote stands that is still open.
  private var opening = TextPosition()
  private var word: Word?
  private var words: [Word] = []

  /// Splits `text`, a logical line whose `\`-newlines are still in it.
  static func split(_ text: String) throws(WordError) -> [Word] {
    var splitter = WordSplitter()
    for character in text { try splitter.read(character) }
    return try splitter.end()
  }

  private mutating func read(_ character: Character) throws(WordError) {
    // A line's end is `\n` to the rules, also when a `\r` stands before it.
    let scalars = (character.isLineEnd ? "\n" : character).unicodeScalars
    for scalar in scalars {
      if scalar == "\0" { throw WordError(.nulCharacter, at: position) }
      read(scalar)
    }
    position = position.advanced(past: character)
  }

  private mutating func read(_ scalar: Unicode.Scalar) {
    let before = state
    let meaning = state.read(scalar)
    if state.opened(since: before) { opening = position }
    if state.place.isWord, word == nil {
      word = Word(text: "", position: before.isEscaping ? opening : position)
    }
    if case .text(let text) = meaning {
      word?.text.unicodeScalars.append(contentsOf: text.unicodeScalars)
    }
    if state.place == .blank { finishWord() }
  }

  private mutating func finishWord() {
    if let word { words.append(word) }
    word = nil
  }

  private mutating func end() throws(WordError) -> [Word] {
    switch state.place {
    case .literal: throw WordError(.unbalancedQuote("'"), at: opening)
    case .quoted: throw WordError(.unbalancedQuote("\""), at: opening)
    case .blank, .bare, .comment: break
    }
    if state.isEscaping { throw WordError(.nothingEscaped, at: opening) }
    finishWord()
    return words
  }
}

extension QuotingState {
  /// Whether a quote was opened, or a `\` outside of quotes read.
  fileprivate func opened(since before: QuotingState) -> Bool {
    let openedQuote = (place == .literal || place == .quoted) && place != before.place
    return openedQuote || (isEscaping && place != .quoted)
  }
}

extension QuotingState.Place {
  fileprivate var isWord: Bool {
    switch self {
    case .bare, .literal, .quoted: true
    case .blank, .comment: false
    }
  }
}

/// A line that cannot be split into words.
struct WordError: Error, Hashable, Sendable, CustomStringConvertible {
  enum Problem: Hashable, Sendable {
    /// A quote without its partner.
    case unbalancedQuote(Character)
    /// A `\` with nothing after it.
    case nothingEscaped
    /// U+0000, which no argument can hold.
    case nulCharacter
  }

  let problem: Problem
  let position: TextPosition

  init(_ problem: Problem, at position: TextPosition) {
    self.problem = problem
    self.position = position
  }

  var description: String {
    switch problem {
    case .unbalancedQuote(let quote): "this \(quote) has no partner on the line"
    case .nothingEscaped: "this \\ at the end has no line to continue with"
    case .nulCharacter: "a NUL character cannot be part of a line"
    }
  }
}
