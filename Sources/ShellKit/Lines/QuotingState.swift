/// Where a reader of a line stands: the one place that knows the rules of quotes, escapes and
/// comments.
///
/// It reads scalar by scalar, because a combining mark after a quote would hide the quote in a
/// character.
struct QuotingState: Hashable, Sendable {
  enum Place: Hashable, Sendable {
    /// Between words.
    case blank
    /// In a word, outside of quotes.
    case bare
    /// Between `'` and `'`, where nothing is special.
    case literal
    /// Between `"` and `"`, where `\` escapes.
    case quoted
    /// After `#` at a word's start.
    case comment
  }

  /// What a scalar turned out to be.
  enum Meaning: Hashable {
    /// Part of the syntax, or a blank.
    case nothing
    /// Part of a word's text.
    case text(String)
  }

  private(set) var place = Place.blank
  /// A Boolean value telling whether the scalar before was a `\` that waits for what it escapes.
  private(set) var isEscaping = false

  mutating func read(_ scalar: Unicode.Scalar) -> Meaning {
    if isEscaping { return escape(scalar) }
    switch place {
    case .blank: return start(scalar)
    case .bare: return scalar.isBlank ? enter(.blank) : continueBare(scalar)
    case .literal: return scalar == "'" ? enter(.bare) : .text(String(scalar))
    case .quoted: return continueQuoted(scalar)
    case .comment: return scalar == "\n" ? enter(.blank) : .nothing
    }
  }

  private mutating func enter(_ place: Place) -> Meaning {
    self.place = place
    return .nothing
  }

  private mutating func start(_ scalar: Unicode.Scalar) -> Meaning {
    if scalar.isBlank { return .nothing }
    return scalar == "#" ? enter(.comment) : continueBare(scalar)
  }

  private mutating func continueBare(_ scalar: Unicode.Scalar) -> Meaning {
    switch scalar {
    case "'": return enter(.literal)
    case "\"": return enter(.quoted)
    case "\\":
      isEscaping = true
      return .nothing
    default:
      place = .bare
      return .text(String(scalar))
    }
  }

  private mutating func continueQuoted(_ scalar: Unicode.Scalar) -> Meaning {
    switch scalar {
    case "\"": return enter(.bare)
    case "\\":
      isEscaping = true
      return .nothing
    default: return .text(String(scalar))
    }
  }

  private mutating func escape(_ scalar: Unicode.Scalar) -> Meaning {
    isEscaping = false
    // Continuation: the line goes on as if both were not there, also between two words.
    if scalar == "\n" { return .nothing }
    guard place == .quoted else {
      place = .bare
      return .text(String(scalar))
    }
    // As in sh: within double quotes only these can be escaped, and any other `\` stands for
    // itself.
    let isEscapable = scalar == "\"" || scalar == "\\" || scalar == "$" || scalar == "`"
    return .text(isEscapable ? String(scalar) : "\\" + String(scalar))
  }
}

extension Unicode.Scalar {
  fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\n" }
}
