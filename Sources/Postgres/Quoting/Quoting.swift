/// The one place where a name or a text becomes part of a SQL statement.
///
/// Values belong in parameters; quoting is for what PostgreSQL takes no parameter for: names, and the
/// literals of DDL. Both forms follow "Lexical Structure" in the manual, section 4.1.
public enum Quoting {
  /// Returns `name` as an identifier, in double quotes only where `quote_ident` would put them.
  ///
  /// A name holding a NUL character has no SQL form; `SQL` refuses it when the statement is sent.
  public static func identifier(_ name: String) -> String {
    if isPlain(name) && !Keywords.quoted.contains(name) { return name }
    return "\"" + name.doubling("\"") + "\""
  }

  /// Returns `name` in double quotes in any case, as a field of a PL/pgSQL record is written.
  ///
  /// PL/pgSQL has keywords that SQL does not reserve: `new.begin` is none of its fields, `new."begin"` is.
  public static func field(_ name: String) -> String { "\"" + name.doubling("\"") + "\"" }

  /// Returns `text` as a string literal that means the same whatever `standard_conforming_strings` is.
  ///
  /// A text with a backslash is written in the escape form, ` E'…'`; its leading space keeps it apart
  /// from a word before it, as `PQescapeLiteral` does.
  public static func literal(_ text: String) -> String {
    let doubled = text.doubling("'")
    guard doubled.unicodeScalars.contains("\\") else { return "'" + doubled + "'" }
    return " E'" + doubled.doubling("\\") + "'"
  }

  /// A Boolean value telling whether the server's lexer would read `name` back unchanged.
  private static func isPlain(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLetter(first) else { return false }
    return name.utf8.dropFirst().allSatisfy { isLetter($0) || isDigit($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension String {
  /// The text with every `mark` written twice.
  ///
  /// By scalars: as characters, a quote followed by a combining mark would not be found.
  fileprivate func doubling(_ mark: Unicode.Scalar) -> String {
    var doubled = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      doubled.append(scalar)
      if scalar == mark { doubled.append(scalar) }
    }
    return String(doubled)
  }
}
