/// Keeps passwords out of what is written down for later.
enum Masking {
  /// A typed line with the passwords of URLs, settings and statements replaced.
  static func line(_ text: String) -> String {
    let url = /([A-Za-z][A-Za-z0-9+.\-]*:\/\/[^\s:\/@'"]*:)[^\s\/]+@/
    let setting = /(?i)(passw(?:or)?d\s*=\s*)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s&'";]+)/
    let statement = /(?i)(password\s+)[eE]?'(?:[^']|'')*'/
    return
      text
      .replacing(url) { $0.1 + "****@" }
      .replacing(setting) { $0.1 + "****" }
      .replacing(statement) { $0.1 + "'****'" }
  }
}
