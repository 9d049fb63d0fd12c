/// The definitions of a database at one moment, as far as two ways to the same schema can be compared by them.
///
/// What only tells how an object came to be (its number, a column's place) is left out.
public struct CatalogueSnapshot: Sendable, Hashable {
  /// What is known of each object: words for its facts, and their values as the server writes them.
  public var objects: [ObjectID: [String: String]]

  /// Gathers objects.
  public init(objects: [ObjectID: [String: String]] = [:]) {
    self.objects = objects
  }

  /// Names an object.
  public struct ObjectID: Sendable, Hashable {
    /// Its kind.
    public var kind: Kind
    /// Its name as SQL writes it, schema included.
    public var name: String

    /// Names an object.
    public init(_ kind: Kind, _ name: String) {
      self.kind = kind
      self.name = name
    }
  }

  /// The kinds of object that are compared.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case schema
    case `extension`
    case type
    case table
    case view
    case materializedView = "materialized view"
    case foreignTable = "foreign table"
    case sequence
    case column
    case constraint
    case index
    case trigger
    case rule
    case policy
    case function
    case aggregate
    case statistics
    case eventTrigger = "event trigger"
    case publication
    case subscription
    case `operator`
    case operatorClass = "operator class"
    case operatorFamily = "operator family"
    case cast
    case collation
    case conversion
    case textSearch = "text search object"
    case wrapper = "foreign-data wrapper"
    case server = "foreign server"
    case userMapping = "user mapping"
    case language
    case defaultPrivileges = "default privileges"
    case transform
    case accessMethod = "access method"
  }
}

/// One thing in which a database is not as a direct run of the migration leaves it.
public enum CatalogueDifference: Sendable, Hashable, CustomStringConvertible {
  /// The direct run has the object, the plan has not.
  case missing(CatalogueSnapshot.ObjectID)
  /// The plan has the object, the direct run has not.
  case extra(CatalogueSnapshot.ObjectID)
  /// Both have the object, and differ in a fact; `nil` where one has none.
  case changed(CatalogueSnapshot.ObjectID, fact: String, plan: String?, direct: String?)

  /// The difference in words.
  public var description: String {
    switch self {
    case .missing(let object):
      return "\(object.kind.rawValue) \(object.name): only the direct run has it"
    case .extra(let object): return "\(object.kind.rawValue) \(object.name): only the plan has it"
    case .changed(let object, let fact, let plan, let direct):
      func word(_ value: String?) -> String { value.map { "“\($0)”" } ?? "none" }
      return "\(object.kind.rawValue) \(object.name): \(fact) is \(word(plan)) after the plan, "
        + "\(word(direct)) after the direct run"
    }
  }
}

extension CatalogueSnapshot {
  /// In what these definitions, those that a plan left, are not those of a direct run; by kind and name.
  ///
  /// Of an object that one side lacks the parts are not named too.
  public func differences(from direct: CatalogueSnapshot) -> [CatalogueDifference] {
    var found: [CatalogueDifference] = []
    for id in Set(objects.keys).union(direct.objects.keys).sorted() {
      switch (objects[id], direct.objects[id]) {
      case (let mine?, let other?):
        for fact in Set(mine.keys).union(other.keys).sorted() where mine[fact] != other[fact] {
          found.append(.changed(id, fact: fact, plan: mine[fact], direct: other[fact]))
        }
      case (_?, nil): found.append(.extra(id))
      case (nil, _?): found.append(.missing(id))
      case (nil, nil): break
      }
    }
    return found
  }
}

extension CatalogueSnapshot.ObjectID: Comparable {
  /// By kind, then by name.
  public static func < (left: Self, right: Self) -> Bool {
    (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
  }
}
