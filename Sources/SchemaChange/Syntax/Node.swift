internal import CGrammar

/// A typed view of one message of a parse tree, which keeps the tree alive.
///
/// A field is read through the library's accessor for it: `drop[pg_query_DropStmt_behavior]`. The accessor's type says
/// which message it reads, so that no field of another message can be asked for. Views never leave the module; what
/// leaves are values.
struct Node<Message> {
  let pointer: UnsafeMutablePointer<Message>
  let tree: ParseTree

  /// A string; `nil` when it is absent or empty.
  subscript(_ field: (UnsafePointer<Message>?) -> upb_StringView) -> String? {
    let view = field(pointer)
    guard view.size > 0 else { return nil }
    return String(
      decoding: UnsafeRawBufferPointer(start: view.data, count: view.size), as: UTF8.self)
  }

  /// A flag.
  subscript(_ field: (UnsafePointer<Message>?) -> Bool) -> Bool { field(pointer) }

  /// A number.
  subscript(_ field: (UnsafePointer<Message>?) -> Int32) -> Int { Int(field(pointer)) }

  /// A word out of a list.
  subscript<Value: GrammarEnumeration>(_ field: (UnsafePointer<Message>?) -> Int32) -> Value {
    Value(rawValue: UInt32(bitPattern: field(pointer)))
  }

  /// A child.
  subscript<Child>(
    _ field: (UnsafePointer<Message>?) -> UnsafePointer<Child>?
  ) -> Node<Child>? {
    field(pointer).map { Node<Child>(pointer: UnsafeMutablePointer(mutating: $0), tree: tree) }
  }

  /// Children.
  subscript<Child>(
    _ field: (UnsafePointer<Message>?, UnsafeMutablePointer<Int>?) -> UnsafePointer<
      UnsafePointer<Child>?
    >?
  ) -> [Node<Child>] {
    var count = 0
    guard let children = field(pointer, &count) else { return [] }
    return (0..<count).compactMap { index in
      children[index].map {
        Node<Child>(pointer: UnsafeMutablePointer(mutating: $0), tree: tree)
      }
    }
  }
}

extension Node where Message: GrammarMessage {
  /// The same message without its type, for walking.
  var erased: AnyNode { AnyNode(UnsafeMutableRawPointer(pointer), Message.kind, tree) }
}

extension Node where Message == pg_query_Node {
  /// What the node holds.
  var kind: NodeKind { pg_query_Node_node_case(pointer) }

  /// Whatever the node holds.
  var payload: AnyNode? { AnyNode(inside: UnsafeMutableRawPointer(pointer), tree) }

  /// The text of a `String` node.
  var string: String? { self[pg_query_Node_string]?[pg_query_String_sval] }

  /// The items of a `List` node.
  var items: [Node<pg_query_Node>] { self[pg_query_Node_list]?[pg_query_List_items] ?? [] }
}

extension [Node<pg_query_Node>] {
  /// The texts of a list of `String` nodes.
  var strings: [String] { compactMap(\.string) }
}
