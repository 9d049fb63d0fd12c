internal import Postgres

/// Writes the statements that make, change and drop objects.
struct SchemaWriter {
  let from: SchemaCatalogue
  let to: SchemaCatalogue
  /// Whether owners are written.
  let owners: Bool
  /// The indexes that foreign keys hold before.
  let heldIndexes: Set<SchemaObject.ID>
  /// What new objects get without being asked for.
  let defaultRights: DefaultRights

  init(from: SchemaCatalogue, to: SchemaCatalogue, owners: Bool) {
    (self.from, self.to, self.owners) = (from, to, owners)
    var held: Set<SchemaObject.ID> = []
    for object in from.objects.values where object.id.kind == .constraint {
      held.formUnion(object.needs.filter { $0.kind == .index })
    }
    heldIndexes = held
    defaultRights = DefaultRights(from: from, to: to)
  }

  // MARK: - Names

  /// The kind's word in `DROP`, `COMMENT ON` and `ALTER … OWNER TO`.
  static func word(_ kind: SchemaKind) -> String {
    switch kind {
    case .schema: "SCHEMA"
    case .extension: "EXTENSION"
    case .collation: "COLLATION"
    case .enumeration, .composite, .range: "TYPE"
    case .domain: "DOMAIN"
    case .sequence, .ownership, .identitySequence: "SEQUENCE"
    case .table: "TABLE"
    case .column, .defaultValue, .columnComment: "COLUMN"
    case .constraint: "CONSTRAINT"
    case .index: "INDEX"
    case .function: "FUNCTION"
    case .procedure: "PROCEDURE"
    case .aggregate: "AGGREGATE"
    case .operator: "OPERATOR"
    case .cast: "CAST"
    case .view: "VIEW"
    case .materializedView: "MATERIALIZED VIEW"
    case .rule: "RULE"
    case .trigger: "TRIGGER"
    case .policy: "POLICY"
    case .statistics: "STATISTICS"
    case .eventTrigger: "EVENT TRIGGER"
    case .publication: "PUBLICATION"
    case .defaultPrivileges: "DEFAULT PRIVILEGES"
    }
  }

  /// The object as `DROP` and `COMMENT ON` name it.
  static func name(_ object: SchemaObject) -> String {
    switch object.id.kind {
    case .rule, .trigger, .policy: return "\(object.part) ON \(object.relation ?? "")"
    case .constraint:
      return "\(object.part) ON \(object.has("domain") ? "DOMAIN " : "")\(object.relation ?? "")"
    case .identitySequence: return object["-sequence"] ?? object.id.name
    case .aggregate where object.id.name.hasSuffix("()"):
      return String(object.id.name.dropLast(2)) + "(*)"
    default: return object.id.name
    }
  }

  static func alter(_ object: SchemaObject) -> String {
    "ALTER TABLE \(object.relation ?? object.id.name)"
  }

  // MARK: - Comments, rights, owners

  /// The statements for what every kind can have.
  func common(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    var statements: [String] = []
    let hasOwner = new["owner"] != nil
    if owners, hasOwner, let owner = new["owner"], old?["owner"] != owner {
      statements.append("ALTER \(Self.word(new.id.kind)) \(Self.name(new)) OWNER TO \(owner)")
    }
    statements += grants(old, new) + identityGrants(old, new) + extensions(old, new)
    if old?["comment"] != new["comment"] {
      // An extension brings a comment of its own.
      let text = (new["comment"] ?? new["-own_comment"]).map(Quoting.literal) ?? "NULL"
      statements.append(
        "COMMENT ON \(Self.word(new.id.kind)) \(Self.name(new)) IS \(text.trimmingBlank)")
    }
    return statements
  }

  /// What a new object of a kind lets every role do.
  private static func builtIn(_ kind: SchemaKind) -> Set<String> {
    switch kind {
    case .function, .procedure, .aggregate: ["PUBLIC | EXECUTE"]
    case .enumeration, .composite, .range, .domain: ["PUBLIC | USAGE"]
    default: []
    }
  }

  static func lines(_ text: String?) -> [String] {
    (text ?? "").split(separator: "\n").map(String.init)
  }

  /// The kind's word in `GRANT`.
  private static let granted: [SchemaKind: String] = [
    .schema: "SCHEMA", .sequence: "SEQUENCE", .identitySequence: "SEQUENCE", .table: "TABLE",
    .view: "TABLE", .materializedView: "TABLE", .column: "TABLE", .columnComment: "TABLE",
    .enumeration: "TYPE", .composite: "TYPE", .range: "TYPE", .domain: "DOMAIN",
    .function: "FUNCTION", .procedure: "PROCEDURE", .aggregate: "FUNCTION",
  ]

  private func grants(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    guard let word = Self.granted[new.id.kind] else { return [] }
    let after = Set(Self.lines(new["grants"]))
    let lacks = [old, new].map { Set(($0?["owner_lacks"] ?? "").components(by: ", ")) }
    // The owner is the one who runs the migration, unless owners are told of.
    let owner = owners ? new["owner"] ?? "CURRENT_USER" : "CURRENT_USER"
    let target = "\(word) \(Self.name(new))"
    let rights =
      old.map { Self.rights(Set(Self.lines($0["grants"])), after) }
      ?? newRights(new.id.kind, after, in: SchemaName.split(new.id.name).schema)
    return Self.grants(rights, on: new, word)
      + lacks[1].subtracting(lacks[0]).sorted().map { "REVOKE \($0) ON \(target) FROM \(owner)" }
      + lacks[0].subtracting(lacks[1]).sorted().map { "GRANT \($0) ON \(target) TO \(owner)" }
  }

  /// What leads to the rights of a new object, whether its maker has default privileges or not.
  private func newRights(
    _ kind: SchemaKind, _ after: Set<String>, in schema: String
  ) -> [Right] {
    let given = kind == .column ? [] : defaultRights.rights(kind, in: schema)
    let sure = defaultRights.isInsteadOfBuiltIn(kind) ? [] : Self.builtIn(kind)
    return Self.rights(given.union(Self.builtIn(kind)), after).filter { !$0.isGiven }
      + Self.rights(sure, after).filter(\.isGiven)
  }

  /// Takes what default privileges give of the sequence of a new identity of which nothing is said.
  private func identityGrants(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    guard new.id.kind == .column, old?["identity"] == nil, new["identity"] != nil,
      to[.identitySequence, new.id.name] == nil,
      let sequence = new["identity_sequence"]?.prefix(while: { $0 != "|" })
    else { return [] }
    let schema = SchemaName.split(new.id.name).schema
    return newRights(.identitySequence, [], in: schema).map {
      $0.sentence($0.privilege, on: "SEQUENCE \(sequence)")
    }
  }

  /// The statements for extensions that an object goes with.
  private func extensions(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    let (before, after) = (old?["extensions"] ?? "", new["extensions"] ?? "")
    guard before != after else { return [] }
    let alter = "ALTER \(Self.word(new.id.kind)) \(Self.name(new))"
    let (former, names) = (before.components(by: ", "), after.components(by: ", "))
    return former.filter { !names.contains($0) }.map { "\(alter) NO DEPENDS ON EXTENSION \($0)" }
      + names.filter { !former.contains($0) }.map { "\(alter) DEPENDS ON EXTENSION \($0)" }
  }

  private static func grants(
    _ rights: [Right], on object: SchemaObject, _ word: String
  ) -> [String] {
    let isColumn = [.column, .columnComment].contains(object.id.kind)
    let target = isColumn ? object.relation ?? "" : name(object)
    return rights.map { right in
      let privilege = right.privilege + (isColumn ? " (\(object.part))" : "")
      return right.sentence(privilege, on: "\(word) \(target)")
    }
  }

  /// One right that is given or taken.
  struct Right {
    var isGiven: Bool
    var who: String
    var privilege: String
    var option: String

    func sentence(_ privilege: String, on target: String) -> String {
      isGiven
        ? "GRANT \(privilege) ON \(target) TO \(who)\(option)"
        : "REVOKE \(privilege) ON \(target) FROM \(who)"
    }
  }

  /// What leads from some rights to others, those that are taken first.
  static func rights(_ before: Set<String>, _ after: Set<String>) -> [Right] {
    func right(_ line: String, isGiven: Bool) -> Right? {
      let option = " WITH GRANT OPTION"
      let rest = line.hasSuffix(" |" + option) ? String(line.dropLast(option.count + 2)) : line
      guard let bar = rest.ranges(of: " | ").last else { return nil }
      return Right(
        isGiven: isGiven, who: String(rest[..<bar.lowerBound]),
        privilege: String(rest[bar.upperBound...]), option: rest == line ? "" : option)
    }
    return before.subtracting(after).sorted().compactMap { right($0, isGiven: false) }
      + after.subtracting(before).sorted().compactMap { right($0, isGiven: true) }
  }

  // MARK: - Dropping

  /// The statement that drops an object.
  func drop(_ object: SchemaObject) -> [String] {
    switch object.id.kind {
    case .column:
      // It goes with the parent's.
      return object.has("inherited") ? [] : ["\(Self.alter(object)) DROP COLUMN \(object.part)"]
    case .defaultValue:
      return ["\(Self.alter(object)) ALTER COLUMN \(object.part) DROP DEFAULT"]
    case .ownership: return ["ALTER SEQUENCE \(object.id.name) OWNED BY NONE"]
    case .columnComment:
      return (object["text"] == nil ? [] : ["COMMENT ON COLUMN \(object.id.name) IS NULL"])
        + Self.grants(Self.rights(Set(Self.lines(object["grants"])), []), on: object, "TABLE")
    case .identitySequence:
      var plain = object
      for fact in object.facts.names where !fact.hasPrefix("-") { plain.facts[fact] = nil }
      return common(object, plain)
    case .trigger where object["definition"] == nil:
      return [Self.switched(object, to: object["-usually"])]
    case .constraint:
      let kind = object.has("domain") ? "DOMAIN" : "TABLE"
      return ["ALTER \(kind) \(object.relation ?? "") DROP CONSTRAINT \(object.part)"]
    case .defaultPrivileges:
      return privileges(Set(Self.lines(object["grants"])), Set(Self.lines(object["-base"])), object)
    default: return ["DROP \(Self.word(object.id.kind)) \(Self.name(object))"]
    }
  }

  func privileges(
    _ before: Set<String>, _ after: Set<String>, _ object: SchemaObject
  ) -> [String] {
    Self.rights(before, after).map {
      "ALTER DEFAULT PRIVILEGES \(DefaultRights.target(of: object)) "
        + $0.sentence($0.privilege, on: object["-word"] ?? "")
    }
  }

  /// The statements that take a range type's further names from it: its multirange's, and those of the functions that
  /// make values.
  func freeNames(of type: SchemaObject, as former: String) -> [String] {
    guard let subtype = type["-subtype"] else { return [] }
    var statements = ["", ", text"].map {
      "ALTER FUNCTION \(type.id.name)(\(subtype), \(subtype)\($0)) RENAME TO \(former)"
    }
    if let multirange = type["-multirange"] {
      let name = SchemaName.beside(SchemaName.split(multirange).name, "_djogi_old")
      statements.append("ALTER TYPE \(multirange) RENAME TO \(name)")
      statements.append("ALTER FUNCTION \(multirange)() RENAME TO \(name)")
    }
    return statements
  }
}

extension String {
  /// The text without blanks around it.
  var trimmingBlank: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  /// A statement without the semicolon and the blanks at its end.
  var withoutEnd: String {
    var text = Substring(self)
    while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
    return String(text)
  }

  /// The text with the first occurrence of some words replaced.
  func replacingFirst(_ words: String, with others: String) -> String {
    replacing(words, with: others, maxReplacements: 1)
  }
}
