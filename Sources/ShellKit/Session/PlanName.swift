internal import LiveMigration

/// What a word says of which plan is meant.
enum PlanName: Hashable, Sendable {
  /// `-`: the one plan that the command accepts.
  case only
  /// The whole id, or one so short that it can be nothing else.
  case id(PlanID)
  /// Four digits or more: a whole id, its end, or its beginning.
  case digits(String)
  /// `…4096`: the end of an id.
  case end(String)
  /// `slug`, `app/slug`, `slug@4096`.
  case slug(String, app: String?, end: String?)

  /// The digits that name a plan at least, when they are not its whole id.
  static let fewestDigits = 4

  /// Reads a word.
  ///
  /// - Throws: `Refusal.malformedPlanID` for one that names no plan in any way.
  init(_ text: String) throws(Refusal) {
    if text == "-" {
      self = .only
    } else if text.hasPrefix("…") {
      let end = String(text.dropFirst())
      guard Self.isEnd(end) else { throw .malformedPlanID(text) }
      self = .end(end)
    } else if Self.areDigits(text) {
      self = try Self.number(text)
    } else {
      self = try Self.named(text)
    }
  }

  private static func number(_ text: String) throws(Refusal) -> PlanName {
    if text.count >= fewestDigits, isEnd(text) { return .digits(text) }
    guard let id = PlanID(text) else { throw .malformedPlanID(text) }
    return .id(id)
  }

  private static func named(_ text: String) throws(Refusal) -> PlanName {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let end = halves.count == 2 ? String(halves[1]) : nil
    let words = halves[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let slug = String(words[words.count - 1])
    let app = words.count == 2 ? String(words[0]) : nil
    guard ([slug] + (app.map { [$0] } ?? [])).allSatisfy(isWord), end.map(isEnd) ?? true else {
      throw .malformedPlanID(text)
    }
    return .slug(slug, app: app == "_global_" ? "" : app, end: end)
  }

  private static func areDigits(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isEnd(_ text: String) -> Bool {
    areDigits(text) && (fewestDigits...19).contains(text.count) && Int64(text) != nil
  }

  /// Whether a slug or the name of an application may look so: a letter or `_` first, then digits too.
  private static func isWord(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80
        || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
    } && text.utf8.first.map { !(0x30...0x39).contains($0) } == true
  }
}

extension PlanName {
  /// The shortest word that names a plan among all that have its slug, now and once it has ended.
  static func shortest(of row: PlanRow, among namesakes: [PlanRow]) -> String {
    guard let name = try? PlanName(row.slug), name == .slug(row.slug, app: nil, end: nil) else {
      return row.planID.description
    }
    let others = namesakes.filter { $0.planID != row.planID }
    let isOnly = row.status.isTerminal ? others.isEmpty : others.allSatisfy(\.status.isTerminal)
    if isOnly { return row.slug }
    let end = shortEnd(of: row.planID, among: others.map(\.planID))
    return end.hasPrefix("…") ? row.slug + "@" + end.dropFirst() : row.planID.description
  }

  /// The shortest end, of four digits or more, that tells an id from others.
  static func shortEnd(of id: PlanID, among others: some Sequence<PlanID>) -> String {
    let text = id.description
    let rest = others.filter { $0 != id }.map(\.description)
    var length = fewestDigits
    while length < text.count, rest.contains(where: { $0.hasSuffix(text.suffix(length)) }) {
      length += 1
    }
    return length < text.count ? "…" + text.suffix(length) : text
  }
}
