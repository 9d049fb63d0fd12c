/// A comment `-- djogi:renamed-from old_name`, which says that what stands below it had another name before.
public struct RenameMark: Sendable, Hashable {
  /// The name before, as written.
  public var oldName: String
  /// The column that follows; `nil` where the comment stands above the whole statement.
  public var column: String?
  /// Where the comment stands.
  public var location: SourceLocation
}

extension ScriptStatement {
  private static let word = "djogi:renamed-from"

  /// The marks of the statement's comments.
  var renameMarks: [RenameMark] {
    comments.compactMap { comment in
      var text = comment.text.dropFirst(2)
      if comment.text.hasPrefix("/*") { text = text.dropLast(2) }
      text = text.drop(while: \.isWhitespace)
      guard text.hasPrefix(Self.word) else { return nil }
      let name = text.dropFirst(Self.word.count).drop(while: \.isWhitespace)
        .prefix { !$0.isWhitespace }
      guard !name.isEmpty else { return nil }
      var column: String?
      if comment.offset > range.lowerBound {
        let end = comment.offset + comment.text.utf8.count
        column = Self.firstName(in: map.text(end..<max(end, range.upperBound)))
      }
      return RenameMark(
        oldName: String(name), column: column, location: map.location(ofByte: comment.offset))
    }
  }

  /// The first name of a text, behind blanks and comments of whole lines.
  private static func firstName(in text: String) -> String? {
    var rest = text.drop(while: \.isWhitespace)
    while rest.hasPrefix("--") {
      rest = rest.drop { !$0.isNewline }.drop(while: \.isWhitespace)
    }
    guard rest.first == "\"" else {
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
      return name.isEmpty ? nil : name.lowercased()
    }
    let name = rest.dropFirst().prefix { $0 != "\"" }
    return "\"\(name)\""
  }
}
