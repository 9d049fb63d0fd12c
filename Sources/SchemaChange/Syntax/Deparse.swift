internal import CPGQuery

/// Parts of a tree as SQL: each is written inside a small statement whose other text is known.
enum Deparse {
  /// An expression.
  static func expression(_ node: Node<PgQuery__Node>) throws(GrammarError) -> String {
    let shell = try ParseTree("SELECT NULL")
    guard let target = shell.top.all(PgQuery__ResTarget.self).first else { throw .noShell }
    let text = try target.borrowing(\.val, node.pointer) { () throws(GrammarError) in
      try shell.deparse()
    }
    return try text.removing(prefix: "SELECT ")
  }

  /// A type, modifiers and array bounds included.
  static func type(_ node: Node<PgQuery__TypeName>) throws(GrammarError) -> String {
    let shell = try ParseTree("SELECT NULL::int")
    guard let cast = shell.top.all(PgQuery__TypeCast.self).first else { throw .noShell }
    let text = try cast.borrowing(\.type_name, node.pointer) { () throws(GrammarError) in
      try shell.deparse()
    }
    return try text.removing(prefix: "SELECT NULL::")
  }

  /// A name of one part or more, quoted where it must be.
  static func name(_ parts: [String]) -> String {
    parts.map(SQLName.quoted).joined(separator: ".")
  }
}

extension GrammarError {
  static let noShell = GrammarError(message: "the statement cannot be written back")
}

extension String {
  /// What follows a text that the deparser is known to write first.
  func removing(prefix: String) throws(GrammarError) -> String {
    guard hasPrefix(prefix) else { throw .noShell }
    return String(dropFirst(prefix.count))
  }
}
