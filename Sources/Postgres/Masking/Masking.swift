/// Keeps passwords out of what is written down or repeated.
///
/// It reads every notation at once, because a line may be a shell's, psql's, SQL or a connection string, one inside of
/// the other: a URI's user information, `password=` in a connection string or a setting, and SQL's `PASSWORD '…'`.
public enum Masking {
  /// A typed line as a history keeps it: where in doubt, more is masked.
  public static func kept(_ text: String) -> String { masked(text, isStrict: true) { _ in "****" } }

  /// A text that is shown; it may have several lines, and no password goes over the end of one.
  ///
  /// What is more likely an expression of SQL, `password = crypt(…)`, stays.
  ///
  /// - Parameter keepingColumns: Puts a sign in place of each character, so that what points at a place of the line
  ///   still does.
  public static func shown(_ text: String, keepingColumns: Bool = false) -> String {
    // Of the bytes, because to Swift "\r\n" is no "\n".
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { line in
        masked(String(Substring(line)), isStrict: false) { secret in
          keepingColumns ? String(repeating: "*", count: secret.count) : "****"
        }
      }
    return lines.joined(separator: "\n")
  }

  private static func masked(
    _ text: String, isStrict: Bool, _ mask: (String) -> String
  ) -> String {
    let bytes = Array(text.utf8)
    var scanner = SecretScanner(bytes, isStrict: isStrict)
    let secrets = scanner.secrets()
    guard !secrets.isEmpty else { return text }
    var (result, end) = ("", 0)
    for secret in secrets {
      result += String(decoding: bytes[end..<secret.lowerBound], as: UTF8.self)
      result += mask(String(decoding: bytes[secret], as: UTF8.self))
      end = secret.upperBound
    }
    return result + String(decoding: bytes[end...], as: UTF8.self)
  }
}
