internal import CGrammar

/// Changes in place, in the memory of the tree.
extension Node {
  /// Writes a flag.
  func set(_ write: (UnsafeMutablePointer<Message>?, Bool) -> Void, to value: Bool) {
    write(pointer, value)
  }

  /// Writes a string; `nil` empties it.
  func set(
    _ write: (UnsafeMutablePointer<Message>?, upb_StringView) -> Void, to value: String?
  ) {
    write(pointer, tree.copy(value ?? ""))
  }

  /// Writes a word out of a list.
  func set<Value: GrammarEnumeration>(
    _ write: (UnsafeMutablePointer<Message>?, Int32) -> Void, to value: Value
  ) {
    write(pointer, Int32(bitPattern: value.rawValue))
  }

  /// Takes a child away.
  func clear(_ write: (UnsafeMutablePointer<Message>?) -> Void) { write(pointer) }

  /// Writes a child, which may belong to another tree.
  func set<Child>(
    _ write: (UnsafeMutablePointer<Message>?, UnsafeMutablePointer<Child>?) -> Void,
    to child: Node<Child>
  ) {
    tree.share(with: child.tree)
    write(pointer, child.pointer)
  }

  /// Writes a list, by the accessor that changes its length; its nodes may belong to another tree.
  func replace(
    _ resize: (UnsafeMutablePointer<Message>?, Int, UnsafeMutablePointer<upb_Arena>?)
      -> UnsafeMutablePointer<UnsafeMutablePointer<pg_query_Node>?>?,
    with nodes: [Node<pg_query_Node>]
  ) {
    let list = resize(pointer, nodes.count, tree.arena)
    for (index, node) in nodes.enumerated() {
      tree.share(with: node.tree)
      list?[index] = node.pointer
    }
  }
}

extension ParseTree {
  /// New `String` nodes in this tree's memory.
  func strings(_ texts: [String]) -> [Node<pg_query_Node>] {
    texts.compactMap { text in
      guard let node = pg_query_Node_new(arena) else { return nil }
      pg_query_String_set_sval(pg_query_Node_mutable_string(node, arena), copy(text))
      return Node(pointer: node, tree: self)
    }
  }
}
