/// What the server writes of an object, by the facts' names.
///
/// There are few of them, so that a list is smaller than a table, and faster.
public struct SchemaFacts: Sendable, Hashable {
  private struct Fact: Sendable, Hashable {
    var name: String
    var value: String
  }

  private var facts: [Fact] = []

  /// No facts.
  public init() {}

  init(_ names: ArraySlice<String>, _ values: ArraySlice<String?>) {
    facts.reserveCapacity(values.reduce(0) { $1 == nil ? $0 : $0 + 1 })
    for (name, value) in zip(names, values) {
      if let value { facts.append(Fact(name: name, value: value)) }
    }
  }

  /// The names.
  var names: [String] { facts.map(\.name) }

  /// A fact; `nil` where nothing is said.
  public subscript(name: String) -> String? {
    get { facts.first { $0.name == name }?.value }
    set {
      let index = facts.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): facts[index].value = value
      case (let index?, nil): facts.remove(at: index)
      case (nil, let value?): facts.append(Fact(name: name, value: value))
      case (nil, nil): break
      }
    }
  }
}
