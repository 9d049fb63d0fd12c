/// The kinds of object of which a schema consists, in the order in which a file tells of them.
public enum SchemaKind: String, Sendable, Hashable, CaseIterable, Comparable {
  case schema
  case `extension`
  case collation
  case enumeration = "enum"
  case domain
  case composite = "composite type"
  case range = "range type"
  case sequence
  case table
  case column
  case defaultValue = "default"
  case ownership = "owned sequence"
  case constraint
  case index
  case function
  case procedure
  case aggregate
  case `operator`
  case cast
  case view
  case materializedView = "materialized view"
  case columnComment = "comment or grant on column"
  case identitySequence = "comment or grant on the sequence of column"
  case rule
  case trigger
  case policy
  case statistics
  case eventTrigger = "event trigger"
  case publication
  case defaultPrivileges = "default privileges"

  /// The place in the order.
  var rank: Int { Self.ranks[self] ?? 0 }

  private static let ranks = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

  /// The earlier one in the order.
  public static func < (left: SchemaKind, right: SchemaKind) -> Bool { left.rank < right.rank }
}

/// One object of a schema, with the facts that make it what it is, as the server writes them.
public struct SchemaObject: Sendable, Hashable {
  /// Names an object.
  public struct ID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Its kind.
    public var kind: SchemaKind
    /// Its name as SQL writes it, schema included.
    public var name: String

    /// The kind and the name.
    public var description: String { "\(kind.rawValue) \(name)" }

    /// By kind, then by name.
    public static func < (left: ID, right: ID) -> Bool {
      left.kind == right.kind ? left.name < right.name : left.kind < right.kind
    }
  }

  /// Its name.
  public var id: ID
  /// The relation that it is a part of, or hangs on.
  public var relation: String?
  /// Its own name, without the relation's.
  public var part: String
  /// What is compared.
  public var facts: SchemaFacts
  /// The objects that it cannot be without.
  public var needs: Set<ID> = []
  /// Its place among those of its relation; not compared.
  public var place: Int

  subscript(fact: String) -> String? { facts[fact] }

  /// Whether a fact is written down as true.
  func has(_ fact: String) -> Bool { facts[fact] == "t" }
}

/// All objects of a database at one moment.
public struct SchemaCatalogue: Sendable {
  /// The objects, by their names.
  public var objects: [SchemaObject.ID: SchemaObject] = [:]
  /// The casts that an assignment makes by itself, `source>target`.
  var casts: Set<String> = []
  /// Objects of kinds that are not compared.
  public var uncovered: [String] = []
  /// The `server_version_num` of the server that was asked.
  var version = 0

  subscript(kind: SchemaKind, name: String) -> SchemaObject? {
    objects[SchemaObject.ID(kind: kind, name: name)]
  }

  /// What differs between two catalogues, in words, by kind and name.
  ///
  /// - Parameters:
  ///   - other: The other side.
  ///   - words: What the two sides are called.
  ///   - owners: Whether owners are compared.
  public func differences(
    from other: SchemaCatalogue, words: (mine: String, other: String), owners: Bool
  ) -> [String] {
    var found: [String] = []
    for id in Set(objects.keys).union(other.objects.keys).sorted() {
      switch (objects[id], other.objects[id]) {
      case (let mine?, let theirs?):
        for fact in SchemaDifference.changedFacts(mine, theirs, owners: owners) {
          func word(_ text: String?) -> String { text.map { "“\($0)”" } ?? "none" }
          found.append(
            "\(id): \(fact) is \(word(mine[fact])) in \(words.mine), \(word(theirs[fact])) in \(words.other)"
          )
        }
      case (_?, nil): found.append("\(id): only in \(words.mine)")
      case (nil, _?): found.append("\(id): only in \(words.other)")
      case (nil, nil): break
      }
    }
    return found
  }
}
