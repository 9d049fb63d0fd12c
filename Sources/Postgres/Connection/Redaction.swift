/// Keeps passwords out of texts that libpq or the server wrote.
enum Redaction {
  /// Replaces every secret in a text, and what looks like one.
  ///
  /// A secret of three characters or fewer stays: it stands in other words as well, and the holes in these would tell
  /// it. libpq itself prints no password.
  static func scrub(_ text: String, of secrets: [String]) -> String {
    let scrubbed = secrets.filter { $0.count > 3 }.reduce(text) { $0.replacing($1, with: "****") }
    return Masking.shown(scrubbed)
  }

  /// The name of a host or a database, without a password: a URI in the wrong place is taken for a name, and told as
  /// one.
  static func name(_ value: String) -> String {
    guard let scheme = value.firstRange(of: "://") else { return Masking.shown(value) }
    let rest = value[scheme.upperBound...]
    guard let at = rest.lastIndex(of: "@") else { return Masking.shown(value) }
    return value[..<scheme.upperBound] + "****" + rest[at...]
  }
}
