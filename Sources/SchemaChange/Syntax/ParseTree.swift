internal import CPGQuery
internal import Postgres

/// The parse tree of a text, owner of its memory.
///
/// Reading is done by PostgreSQL 15's own grammar. Views of the tree hold a reference to it, so the memory lives
/// as long as anybody looks at it. Not `Sendable`: a tree stays on the thread that reads it.
final class ParseTree {
  /// What was parsed.
  let text: String
  private let root: UnsafeMutablePointer<PgQuery__ParseResult>

  /// Parses every statement of `text`, or none.
  init(_ text: String) throws(GrammarError) {
    try TokenStream(text).checkNesting()
    self.text = text
    self.root = try Self.parse(text)
  }

  deinit { pg_query__parse_result__free_unpacked(root, nil) }

  /// The statements in order.
  var statements: [Node<PgQuery__RawStmt>] {
    Node(pointer: root, tree: self).list(\.stmts, \.n_stmts)
  }

  /// The whole tree, for walking.
  var top: AnyNode { Node(pointer: root, tree: self).erased }

  /// The one statement; `nil` when there are none or several.
  var onlyStatement: Node<PgQuery__Node>? {
    let all = statements
    return all.count == 1 ? all.first?.stmt : nil
  }

  /// Writes the tree as SQL.
  ///
  /// Layout and comments are lost. What is written is read again and compared: some releases of the library forget a
  /// clause or a pair of quotes, and SQL that means something else must never leave this place.
  func deparse() throws(GrammarError) -> String {
    let copy = try ParseTree(packed: packed())
    copy.quoteIndexNames()
    copy.bracketArrays()
    let text = try Self.deparse(copy.packed())
    if try means(text) { return text }
    // It forgets the brackets around `AT TIME ZONE` and its like; as plain calls they need none.
    for call in copy.top.all(PgQuery__FuncCall.self) {
      call.set(\.funcformat, to: PG_QUERY__COERCION_FORM__COERCE_EXPLICIT_CALL)
    }
    let plain = try Self.deparse(copy.packed())
    guard try means(plain) else {
      throw GrammarError(message: "the statement cannot be written back as it was: \(text)")
    }
    return plain
  }

  /// Whether a text is read as what this tree says.
  private func means(_ text: String) throws(GrammarError) -> Bool {
    let written = try ParseTree(text)
    let original = try ParseTree(packed: packed())
    return written.meaning == original.meaning
  }

  private init(packed bytes: [UInt8]) throws(GrammarError) {
    guard let root = pg_query__parse_result__unpack(nil, bytes.count, bytes) else {
      throw GrammarError(message: "the statement is too large to be read")
    }
    self.root = root
    text = ""
  }

  private func packed() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: pg_query__parse_result__get_packed_size(root))
    pg_query__parse_result__pack(root, &bytes)
    return bytes
  }

  /// The tree without what says only where or in which spelling something was written; it changes the tree.
  private var meaning: [UInt8] {
    top.walk { node in
      node.clear(fields: ["location", "stmt_location", "stmt_len", "funcformat", "initially_valid"])
      return true
    }
    return packed()
  }

  /// The library writes an index's name as it is.
  private func quoteIndexNames() {
    for index in top.all(PgQuery__IndexStmt.self) {
      if let name = index.idxname { index.set(\.idxname, to: Quoting.identifier(name)) }
    }
  }

  /// The library writes `(ARRAY[a, b])[1]` without its brackets.
  private func bracketArrays() {
    for indirection in top.all(PgQuery__AIndirection.self)
    where indirection.arg?.as(PgQuery__AArrayExpr.self) != nil {
      indirection.bracketArgument()
    }
  }

  private static func deparse(_ bytes: [UInt8]) throws(GrammarError) -> String {
    var bytes = bytes
    let result = bytes.withUnsafeMutableBytes { bytes in
      let data = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return pg_query_deparse_protobuf(PgQueryProtobuf(len: bytes.count, data: data))
    }
    defer { pg_query_free_deparse_result(result) }
    if let error = result.error { throw GrammarError(error.pointee, in: "") }
    return result.query.map { String(cString: $0) } ?? ""
  }

  private static func parse(
    _ text: String
  ) throws(GrammarError) -> UnsafeMutablePointer<PgQuery__ParseResult> {
    let result = pg_query_parse_protobuf(text)
    defer { pg_query_free_protobuf_parse_result(result) }
    if let error = result.error { throw GrammarError(error.pointee, in: text) }
    let bytes = UnsafeRawPointer(result.parse_tree.data)?.assumingMemoryBound(to: UInt8.self)
    guard let root = pg_query__parse_result__unpack(nil, result.parse_tree.len, bytes) else {
      throw GrammarError(message: "the statement is too large to be read")
    }
    return root
  }
}

extension GrammarError {
  /// Takes libpg_query's report, whose position counts characters from 1.
  init(_ error: PgQueryError, in text: String) {
    message = error.message.map { String(cString: $0) } ?? "syntax error"
    offset = error.cursorpos > 0 ? Self.byte(ofScalar: Int(error.cursorpos) - 1, in: text) : nil
  }

  private static func byte(ofScalar number: Int, in text: String) -> Int {
    text.unicodeScalars.prefix(number).reduce(0) { $0 + UTF8.width($1) }
  }
}
