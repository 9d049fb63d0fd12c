internal import CGrammar

/// Parts of a tree as SQL: each is written inside a small statement whose other text is known.
enum Deparse {
  /// An expression.
  static func expression(_ node: Node<pg_query_Node>) throws(GrammarError) -> String {
    let shell = try ParseTree("SELECT NULL")
    guard let target = shell.top.all(pg_query_ResTarget.self).first else { throw .noShell }
    target.set(pg_query_ResTarget_set_val, to: node)
    return try shell.deparse().removing(prefix: "SELECT ")
  }

  /// A type, modifiers and array bounds included.
  static func type(_ node: Node<pg_query_TypeName>) throws(GrammarError) -> String {
    let shell = try ParseTree("SELECT NULL::int")
    guard let cast = shell.top.all(pg_query_TypeCast.self).first else { throw .noShell }
    cast.set(pg_query_TypeCast_set_type_name, to: node)
    let text = try shell.deparse().removing(prefix: "SELECT NULL::")
    // The grammar makes `json` a word of its own, and writes it back with its schema, as no other type of the server's.
    let isJSON = node[pg_query_TypeName_names].strings == ["pg_catalog", "json"]
    return isJSON ? try text.removing(prefix: "pg_catalog.") : text
  }

  /// A command of `ALTER TABLE`, behind the words of `frame`, which is a whole statement with one command.
  static func command(
    _ node: Node<pg_query_Node>, in frame: String
  ) throws(GrammarError) -> String {
    let shell = try ParseTree(frame)
    guard let command = shell.top.all(pg_query_AlterTableCmd.self).first else { throw .noShell }
    command.set(pg_query_AlterTableCmd_set_def, to: node)
    return try shell.deparse()
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
