/// Keeps passwords out of texts that libpq or the server wrote.
enum Redaction {
  /// Replaces every secret in a text.
  static func scrub(_ text: String, of secrets: [String]) -> String {
    secrets.filter { !$0.isEmpty }.reduce(text) { $0.replacing($1, with: "****") }
  }
}
