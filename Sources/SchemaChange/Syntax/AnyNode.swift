internal import CPGQuery

/// A message of a parse tree of which only the descriptor is known.
///
/// The descriptors let one walk reach every message of every statement kind: a kind that nobody thought of cannot
/// hide a table's name.
struct AnyNode {
  let message: UnsafeMutablePointer<ProtobufCMessage>
  let tree: ParseTree

  /// The typed view, when the message is of that type.
  func `as`<Message: GrammarMessage>(_ type: Message.Type) -> Node<Message>? {
    guard UInt(bitPattern: message.pointee.descriptor) == Message.identity else { return nil }
    let typed = UnsafeMutableRawPointer(message).assumingMemoryBound(to: Message.self)
    return Node(pointer: typed, tree: tree)
  }

  /// The messages directly below, in the order of the grammar's fields.
  var children: [AnyNode] {
    guard let descriptor = message.pointee.descriptor, let fields = descriptor.pointee.fields
    else { return [] }
    var found: [AnyNode] = []
    for number in 0..<Int(descriptor.pointee.n_fields)
    where fields[number].type == PROTOBUF_C_TYPE_MESSAGE {
      add(fields[number], to: &found)
    }
    return found
  }

  /// Visits this message and, where `visit` says so, everything below it.
  func walk(_ visit: (AnyNode) throws -> Bool) rethrows {
    guard try visit(self) else { return }
    for child in children { try child.walk(visit) }
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

  /// Zeroes the numbers of that name in this message.
  func clear(fields names: Set<String>) {
    guard let descriptor = message.pointee.descriptor, let fields = descriptor.pointee.fields
    else { return }
    let numbers = [PROTOBUF_C_TYPE_INT32, PROTOBUF_C_TYPE_ENUM, PROTOBUF_C_TYPE_BOOL]
    for index in 0..<Int(descriptor.pointee.n_fields) {
      let field = fields[index]
      guard numbers.contains(field.type), field.label != PROTOBUF_C_LABEL_REPEATED,
        names.contains(String(cString: field.name))
      else { continue }
      (UnsafeMutableRawPointer(message) + Int(field.offset)).storeBytes(of: 0, as: Int32.self)
    }
  }

  /// Adds the messages of one field.
  private func add(_ field: ProtobufCFieldDescriptor, to found: inout [AnyNode]) {
    guard isPresent(field) else { return }
    let slot = UnsafeMutableRawPointer(message) + Int(field.offset)
    guard field.label == PROTOBUF_C_LABEL_REPEATED else {
      if let child = slot.load(as: UnsafeMutablePointer<ProtobufCMessage>?.self) {
        found.append(AnyNode(message: child, tree: tree))
      }
      return
    }
    let base = UnsafeRawPointer(message)
    let count = base.load(fromByteOffset: Int(field.quantifier_offset), as: Int.self)
    let array = slot.load(
      as: UnsafeMutablePointer<UnsafeMutablePointer<ProtobufCMessage>?>?.self)
    guard let array else { return }
    for number in 0..<count {
      if let child = array[number] { found.append(AnyNode(message: child, tree: tree)) }
    }
  }

  /// Whether a member of a union is the one that is set.
  private func isPresent(_ field: ProtobufCFieldDescriptor) -> Bool {
    guard field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 else { return true }
    let base = UnsafeRawPointer(message)
    return base.load(fromByteOffset: Int(field.quantifier_offset), as: UInt32.self) == field.id
  }
}
