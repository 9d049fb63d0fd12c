internal import CGrammar

/// The parse tree of a text, owner of its memory.
///
/// Reading is done by PostgreSQL 18's own grammar. Views of the tree hold a reference to it, so the memory lives
/// as long as it is looked at. Not `Sendable`: a tree stays on the thread that reads it.
final class ParseTree {
  /// What was parsed.
  let text: String
  /// Where the tree's messages are.
  let arena: UnsafeMutablePointer<upb_Arena>
  private let root: UnsafeMutablePointer<pg_query_ParseResult>

  /// Parses every statement of `text`, or none.
  init(_ text: String) throws(GrammarError) {
    try TokenStream(text).checkNesting()
    let result = pg_query_parse_protobuf(text)
    defer { pg_query_free_protobuf_parse_result(result) }
    if let error = result.error { throw GrammarError(error.pointee, in: text) }
    guard let arena = upb_Arena_New() else { throw .tooLarge }
    let root = pg_query_ParseResult_parse_ex(
      result.parse_tree.data, result.parse_tree.len, nil, Self.depth, arena)
    guard let root else {
      upb_Arena_Free(arena)
      throw .tooLarge
    }
    self.text = text
    self.arena = arena
    self.root = root
  }

  deinit { upb_Arena_Free(arena) }

  /// The statements in order.
  var statements: [Node<pg_query_RawStmt>] {
    Node(pointer: root, tree: self)[pg_query_ParseResult_stmts]
  }

  /// The whole tree, for walking.
  var top: AnyNode { AnyNode(UnsafeMutableRawPointer(root), pg_query_Node_node_NOT_SET, self) }

  /// The one statement; `nil` when there are none or several.
  var onlyStatement: Node<pg_query_Node>? {
    let all = statements
    return all.count == 1 ? all.first?[pg_query_RawStmt_stmt] : nil
  }

  /// Writes the tree as SQL.
  ///
  /// Layout and comments are lost. What is written is read again and compared: SQL that means something else must never
  /// leave this place.
  func deparse() throws(GrammarError) -> String {
    var tree = PgQueryProtobuf()
    tree.data = pg_query_ParseResult_serialize_ex(root, Self.depth, arena, &tree.len)
    guard tree.data != nil else { throw .tooLarge }
    let written = pg_query_deparse_protobuf(tree)
    defer { pg_query_free_deparse_result(written) }
    if let error = written.error { throw GrammarError(error.pointee, in: "") }
    guard let query = written.query else { throw .noShell }
    let text = String(cString: query)
    let read = pg_query_parse_protobuf(query)
    defer { pg_query_free_protobuf_parse_result(read) }
    guard read.error == nil, grammar_equal(tree, read.parse_tree) else {
      throw GrammarError(message: "the statement cannot be written back as it was: \(text)")
    }
    return text
  }

  /// How deep messages may stand inside each other, in the form of an option; the library's own limit.
  ///
  /// ``TokenStream/checkNesting()`` is stricter.
  private static let depth: Int32 = 10_000 << 16
}

/// The tree's memory.
extension ParseTree {
  /// Lets two trees' memory live as long as one of them does.
  func share(with other: ParseTree) {
    guard other !== self else { return }
    // It fails for arenas over borrowed memory alone, which these are not.
    _ = upb_Arena_Fuse(arena, other.arena)
  }

  /// A text in the tree's memory.
  func copy(_ text: String) -> upb_StringView {
    var text = text
    return text.withUTF8 { bytes in
      guard let source = bytes.baseAddress, let memory = upb_Arena_Malloc(arena, bytes.count)
      else { return upb_StringView() }
      memory.copyMemory(from: source, byteCount: bytes.count)
      return upb_StringView(data: memory.assumingMemoryBound(to: CChar.self), size: bytes.count)
    }
  }
}

extension GrammarError {
  static let tooLarge = GrammarError(message: "the statement is too large to be read")

  /// Takes libpg_query's report, whose position counts characters from 1.
  init(_ error: PgQueryError, in text: String) {
    message = error.message.map { String(cString: $0) } ?? "syntax error"
    offset = error.cursorpos > 0 ? Self.byte(ofScalar: Int(error.cursorpos) - 1, in: text) : nil
  }

  private static func byte(ofScalar number: Int, in text: String) -> Int {
    text.unicodeScalars.prefix(number).reduce(0) { $0 + UTF8.width($1) }
  }
}
