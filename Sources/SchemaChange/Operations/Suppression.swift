/// A comment of a migration.
struct Comment {
  /// Its text, with the signs that begin and end it.
  let text: String
  /// Where it begins, in bytes from the text's start.
  let offset: Int
}

/// A rule that a comment switches off: one of `-- djogi:allow rule-id, rule-id`.
struct Allowance {
  /// The name as written.
  let name: String
  /// Where it stands, in bytes from the text's start.
  let offset: Int

  /// The rule; `nil` when there is none of that name.
  var rule: RuleID? { RuleID(rawValue: name) }
}

extension Comment {
  private static let word = "djogi:allow"
  private static let voucher = "djogi:opaque"
  private static let single = "djogi:once"

  /// What the comment says after its signs.
  private var content: Substring {
    var rest = text.dropFirst(2)
    if text.hasPrefix("/*") { rest = rest.dropLast(2) }
    return rest.drop(while: \.isWhitespace)
  }

  /// The reason for which a person vouches for a statement that cannot be looked into: `-- djogi:opaque <reason>`.
  var vouched: String? {
    guard content.hasPrefix(Self.voucher) else { return nil }
    let reason = content.dropFirst(Self.voucher.count)
    guard reason.first?.isWhitespace == true else { return nil }
    let words = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.isEmpty ? nil : words
  }

  /// Whether a statement's rows are those that it chooses at the start: `-- djogi:once`, behind which a reason may stand.
  var saysOnce: Bool {
    guard content.hasPrefix(Self.single) else { return false }
    return content.dropFirst(Self.single.count).first.map { $0.isWhitespace || $0 == ":" } ?? true
  }

  /// The rules that the comment names; a rule's name may be followed by a reason.
  var allowances: [Allowance] {
    guard content.hasPrefix(Self.word) else { return [] }
    return content.dropFirst(Self.word.count).split(separator: ",").compactMap { item in
      let start = item.drop(while: \.isWhitespace)
      let name = start.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
      guard !name.isEmpty else { return nil }
      return Allowance(
        name: String(name),
        offset: offset + text.utf8.distance(from: text.startIndex, to: name.startIndex))
    }
  }
}

extension MigrationScript {
  /// The rules that comments name and that there are not: without an error, a misspelt one would switch nothing off.
  var unknownRules: [MigrationSyntaxError] {
    statements.flatMap(\.comments).flatMap(\.allowances).filter { $0.rule == nil }.map {
      allowance in
      let location = map.location(ofByte: allowance.offset)
      let near = NearestWord.of(allowance.name, among: RuleID.allCases.map(\.rawValue))
      return MigrationSyntaxError(
        location: location,
        message: "there is no rule \(allowance.name)"
          + (near.map { "; did you mean \($0)?" } ?? ""),
        sourceLine: map.line(location.line), note: "lint --rules lists the rules")
    }
  }
}
