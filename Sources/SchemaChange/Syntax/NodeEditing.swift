internal import CPGQuery
internal import Foundation

/// Changes in place. New memory comes from `malloc`, as protobuf-c's own does, so the tree frees it like the rest.
extension Node {
  /// Writes a number or a flag.
  func set<Value>(_ path: WritableKeyPath<Message, Value>, to value: Value) {
    pointer.pointee[keyPath: path] = value
  }

  /// Writes a flag.
  func set(_ path: WritableKeyPath<Message, Int32>, to value: Bool) {
    pointer.pointee[keyPath: path] = value ? 1 : 0
  }

  /// Writes a string; `nil` empties it.
  func set(_ path: WritableKeyPath<Message, UnsafeMutablePointer<CChar>?>, to value: String?) {
    let old = pointer.pointee[keyPath: path]
    // An empty string is protobuf-c's static one and is not ours to free.
    if let old, old.pointee != 0 { free(old) }
    pointer.pointee[keyPath: path] = value.flatMap { strdup($0) }
  }

  /// Replaces a list; nodes that are no longer in it are freed.
  func replace(
    _ items: WritableKeyPath<
      Message, UnsafeMutablePointer<UnsafeMutablePointer<PgQuery__Node>?>?
    >,
    _ count: WritableKeyPath<Message, Int>, with nodes: [UnsafeMutablePointer<PgQuery__Node>]
  ) {
    if let old = pointer.pointee[keyPath: items] {
      for index in 0..<pointer.pointee[keyPath: count] {
        if let node = old[index], !nodes.contains(node) {
          pg_query__node__free_unpacked(node, nil)
        }
      }
      free(old)
    }
    pointer.pointee[keyPath: items] = allocated(max(nodes.count, 1))
    for (index, node) in nodes.enumerated() { pointer.pointee[keyPath: items]?[index] = node }
    pointer.pointee[keyPath: count] = nodes.count
  }

  /// Runs `body` with the pointer at `path` exchanged, and puts the old one back.
  func borrowing<Child, Result>(
    _ path: WritableKeyPath<Message, UnsafeMutablePointer<Child>?>,
    _ replacement: UnsafeMutablePointer<Child>,
    _ body: () throws(GrammarError) -> Result
  ) throws(GrammarError) -> Result {
    let old = pointer.pointee[keyPath: path]
    pointer.pointee[keyPath: path] = replacement
    defer { pointer.pointee[keyPath: path] = old }
    return try body()
  }

  /// Runs `body` with another list in the place of one, and puts the old one back.
  func borrowing<Child, Result>(
    _ items: WritableKeyPath<Message, UnsafeMutablePointer<UnsafeMutablePointer<Child>?>?>,
    _ count: WritableKeyPath<Message, Int>, _ nodes: [UnsafeMutablePointer<Child>],
    _ body: () throws(GrammarError) -> Result
  ) throws(GrammarError) -> Result {
    let old = (pointer.pointee[keyPath: items], pointer.pointee[keyPath: count])
    let list = UnsafeMutablePointer<UnsafeMutablePointer<Child>?>.allocate(
      capacity: max(nodes.count, 1))
    list.initialize(repeating: nil, count: max(nodes.count, 1))
    for (index, node) in nodes.enumerated() { list[index] = node }
    pointer.pointee[keyPath: items] = list
    pointer.pointee[keyPath: count] = nodes.count
    defer {
      pointer.pointee[keyPath: items] = old.0
      pointer.pointee[keyPath: count] = old.1
      list.deallocate()
    }
    return try body()
  }
}

/// A new `String` node, owned by the list that it is put in.
func newStringNode(_ text: String) -> UnsafeMutablePointer<PgQuery__Node> {
  let string: UnsafeMutablePointer<PgQuery__String> = allocated(1)
  pg_query__string__init(string)
  string.pointee.sval = strdup(text)
  let node: UnsafeMutablePointer<PgQuery__Node> = allocated(1)
  pg_query__node__init(node)
  node.pointee.node_case = PG_QUERY__NODE__NODE_STRING
  node.pointee.string = string
  return node
}

extension Node where Message == PgQuery__AIndirection {
  /// Puts an indirection that leads nowhere around what this one is of, which is written in brackets then.
  func bracketArgument() {
    guard let argument = pointer.pointee.arg else { return }
    let inner: UnsafeMutablePointer<PgQuery__AIndirection> = allocated(1)
    pg_query__a__indirection__init(inner)
    inner.pointee.arg = argument
    let node: UnsafeMutablePointer<PgQuery__Node> = allocated(1)
    pg_query__node__init(node)
    node.pointee.node_case = PG_QUERY__NODE__NODE_A_INDIRECTION
    node.pointee.a_indirection = inner
    pointer.pointee.arg = node
  }
}

/// Memory that `free` takes back.
private func allocated<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
  guard let memory = calloc(count, MemoryLayout<Element>.stride) else {
    // What Swift's own allocations do when memory is gone.
    return UnsafeMutablePointer.allocate(capacity: count)
  }
  return memory.bindMemory(to: Element.self, capacity: count)
}
