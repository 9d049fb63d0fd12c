internal import CPGQuery

/// A typed view of one message of a parse tree, which keeps the tree alive.
///
/// It reads like a Swift value: C strings arrive as `String?` (the grammar's empty string is `nil`), pointers as
/// further views. Views never leave the module; what leaves are values.
@dynamicMemberLookup
struct Node<Message> {
  let pointer: UnsafeMutablePointer<Message>
  let tree: ParseTree

  /// A number or an enumeration.
  subscript<Value>(dynamicMember path: KeyPath<Message, Value>) -> Value {
    pointer.pointee[keyPath: path]
  }

  /// A string; `nil` when it is absent or empty.
  subscript(dynamicMember path: KeyPath<Message, UnsafeMutablePointer<CChar>?>) -> String? {
    guard let characters = pointer.pointee[keyPath: path], characters.pointee != 0 else {
      return nil
    }
    return String(cString: characters)
  }

  /// A child message.
  subscript<Child>(
    dynamicMember path: KeyPath<Message, UnsafeMutablePointer<Child>?>
  ) -> Node<Child>? {
    pointer.pointee[keyPath: path].map { Node<Child>(pointer: $0, tree: tree) }
  }

  /// A flag, which protobuf-c keeps as an `int`.
  func flag(_ path: KeyPath<Message, Int32>) -> Bool { pointer.pointee[keyPath: path] != 0 }

  /// A repeated child.
  func list<Child>(
    _ items: KeyPath<Message, UnsafeMutablePointer<UnsafeMutablePointer<Child>?>?>,
    _ count: KeyPath<Message, Int>
  ) -> [Node<Child>] {
    guard let array = pointer.pointee[keyPath: items] else { return [] }
    return (0..<pointer.pointee[keyPath: count]).compactMap { index in
      array[index].map { Node<Child>(pointer: $0, tree: tree) }
    }
  }

  /// The same message without its type, for walking.
  var erased: AnyNode {
    AnyNode(
      message: UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: ProtobufCMessage.self),
      tree: tree)
  }
}

extension Node where Message == PgQuery__Node {
  /// The payload as `type`, when it is of that type.
  func `as`<Payload: GrammarMessage>(_ type: Payload.Type) -> Node<Payload>? {
    payload?.as(type)
  }

  /// Whatever the node holds.
  var payload: AnyNode? {
    guard pointer.pointee.node_case != PG_QUERY__NODE__NODE__NOT_SET,
      // Every member of the union is a pointer to a message, so any of them shows the address.
      let raw = UnsafeMutableRawPointer(pointer.pointee.alias)
    else { return nil }
    return AnyNode(message: raw.assumingMemoryBound(to: ProtobufCMessage.self), tree: tree)
  }

  /// The text of a `String` node.
  var string: String? { self.as(PgQuery__String.self)?.sval }

  /// The items of a `List` node.
  var items: [Node<PgQuery__Node>] {
    self.as(PgQuery__List.self)?.list(\.items, \.n_items) ?? []
  }
}

extension [Node<PgQuery__Node>] {
  /// The texts of a list of `String` nodes.
  var strings: [String] { compactMap(\.string) }
}
