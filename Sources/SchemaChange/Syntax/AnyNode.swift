internal import CGrammar

/// A message of a parse tree of which only the kind is known.
///
/// The library's tables of fields let one walk reach every message of every statement kind: a kind that was
/// not thought of cannot hide a table's name.
struct AnyNode {
  let message: UnsafeMutablePointer<upb_Message>
  let kind: NodeKind
  let tree: ParseTree

  /// Views a message whose kind is known.
  init(_ message: UnsafeMutableRawPointer, _ kind: NodeKind, _ tree: ParseTree) {
    self.message = message.assumingMemoryBound(to: upb_Message.self)
    self.kind = kind
    self.tree = tree
  }

  /// Views what a `Node` wraps; `nil` when that is nothing.
  init?(inside node: UnsafeMutableRawPointer, _ tree: ParseTree) {
    let kind = pg_query_Node_node_case(node.assumingMemoryBound(to: pg_query_Node.self))
    let wrapper = node.assumingMemoryBound(to: upb_Message.self)
    guard let field = upb_MiniTable_FindFieldByNumber(grammar_node_fields(), kind.rawValue),
      let message = upb_Message_GetMessage(wrapper, field)
    else { return nil }
    self.init(UnsafeMutableRawPointer(mutating: message), kind, tree)
  }

  /// The typed view, when the message is of that type.
  func `as`<Message: GrammarMessage>(_ type: Message.Type) -> Node<Message>? {
    guard kind == Message.kind else { return nil }
    let typed = UnsafeMutableRawPointer(message).assumingMemoryBound(to: Message.self)
    return Node(pointer: typed, tree: tree)
  }

  /// Visits this message and, where `visit` says so, everything below it, in the order of the grammar's fields.
  func walk(_ visit: (AnyNode) throws -> Bool) rethrows {
    guard try visit(self) else { return }
    for place in ChildPlace.places(in: kind) {
      guard place.isList else {
        if let child = upb_Message_GetMessage(message, place.field) {
          try view(child, at: place)?.walk(visit)
        }
        continue
      }
      guard let list = upb_Message_GetArray(message, place.field) else { continue }
      for index in 0..<upb_Array_Size(list) {
        try upb_Array_Get(list, index).msg_val.flatMap { view($0, at: place) }?.walk(visit)
      }
    }
  }

  /// Every message of one type here and below.
  func all<Message: GrammarMessage>(_ type: Message.Type) -> [Node<Message>] {
    var found: [Node<Message>] = []
    walk { node in
      if let match = node.as(type) { found.append(match) }
      return true
    }
    return found
  }

  private func view(_ child: UnsafePointer<upb_Message>, at place: ChildPlace) -> AnyNode? {
    let child = UnsafeMutableRawPointer(mutating: child)
    return place.kind.map { AnyNode(child, $0, tree) } ?? AnyNode(inside: child, tree)
  }
}

/// A field of a message that holds a message, or a list of them.
private struct ChildPlace {
  let field: UnsafePointer<upb_MiniTableField>
  /// What it holds; `nil` for a `Node`, which says so itself.
  let kind: NodeKind?
  let isList: Bool

  static func places(in kind: NodeKind) -> [ChildPlace] { all[Int(kind.rawValue)] }

  // Its pointers lead to constants of the library, which nothing changes.
  /// The places in each kind of message, by the kind's number; those in a tree's root come first.
  nonisolated(unsafe) private static let all: [[ChildPlace]] = {
    guard let wrapper = grammar_node_fields(), let root = grammar_root_fields() else { return [] }
    var kinds: [UnsafePointer<upb_MiniTable>: NodeKind] = [:]
    var tables = [root]
    for field in fields(of: wrapper) {
      guard let table = upb_MiniTable_SubMessage(field) else { continue }
      kinds[table] = NodeKind(rawValue: upb_MiniTableField_Number(field))
      tables.append(table)
    }
    return tables.map { table in
      fields(of: table).compactMap { field in
        upb_MiniTable_SubMessage(field).map {
          ChildPlace(field: field, kind: kinds[$0], isList: upb_MiniTableField_IsArray(field))
        }
      }
    }
  }()

  private static func fields(
    of table: UnsafePointer<upb_MiniTable>
  ) -> [UnsafePointer<upb_MiniTableField>] {
    (0..<upb_MiniTable_FieldCount(table)).compactMap {
      upb_MiniTable_GetFieldByIndex(table, UInt32($0))
    }
  }
}
