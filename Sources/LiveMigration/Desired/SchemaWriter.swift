internal import Postgres

/// Writes the statements that make, change and drop objects.
struct SchemaWriter {
  let from: SchemaCatalogue
  let to: SchemaCatalogue
  /// Whether owners are written.
  let owners: Bool

  // MARK: - Names

  /// The kind's word in `DROP`, `COMMENT ON` and `ALTER … OWNER TO`.
  static func word(_ kind: SchemaKind) -> String {
    switch kind {
    case .schema: "SCHEMA"
    case .extension: "EXTENSION"
    case .collation: "COLLATION"
    case .enumeration, .composite, .range: "TYPE"
    case .domain: "DOMAIN"
    case .sequence, .ownership: "SEQUENCE"
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
    case .aggregate where object.id.name.hasSuffix("()"):
      return String(object.id.name.dropLast(2)) + "(*)"
    default: return object.id.name
    }
  }

  private static func alter(_ object: SchemaObject) -> String {
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
    statements += Self.grants(old, new)
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

  private static func grants(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    let kinds: [SchemaKind: String] = [
      .schema: "SCHEMA", .sequence: "SEQUENCE", .table: "TABLE", .view: "TABLE",
      .materializedView: "TABLE", .column: "TABLE", .columnComment: "TABLE", .enumeration: "TYPE",
      .composite: "TYPE",
      .range: "TYPE", .domain: "DOMAIN", .function: "FUNCTION", .procedure: "PROCEDURE",
      .aggregate: "FUNCTION",
    ]
    guard let word = kinds[new.id.kind] else { return [] }
    let before = old.map { Set(lines($0["grants"])) } ?? builtIn(new.id.kind)
    return grants(before, Set(lines(new["grants"])), on: new, word)
  }

  private static func grants(
    _ before: Set<String>, _ after: Set<String>, on object: SchemaObject, _ word: String
  ) -> [String] {
    let isColumn = [.column, .columnComment].contains(object.id.kind)
    let target = isColumn ? object.relation ?? "" : object.id.name
    return rights(before, after).map { right in
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
      let parts = line.split(separator: "|").map { String($0).trimmingBlank }
      guard parts.count >= 2 else { return nil }
      return Right(
        isGiven: isGiven, who: parts[0], privilege: parts[1],
        option: parts.count > 2 ? " " + parts[2] : "")
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
        + Self.grants(Set(Self.lines(object["grants"])), [], on: object, "TABLE")
    case .constraint:
      let kind = object.has("domain") ? "DOMAIN" : "TABLE"
      return ["ALTER \(kind) \(object.relation ?? "") DROP CONSTRAINT \(object.part)"]
    case .defaultPrivileges:
      return privileges(Set(Self.lines(object["grants"])), Set(Self.lines(object["-base"])), object)
    default: return ["DROP \(Self.word(object.id.kind)) \(Self.name(object))"]
    }
  }

  private func privileges(
    _ before: Set<String>, _ after: Set<String>, _ object: SchemaObject
  ) -> [String] {
    let parts = object.id.name.split(separator: "|").map(String.init)
    guard parts.count == 2 else { return [] }
    return Self.rights(before, after).map {
      "ALTER DEFAULT PRIVILEGES \(parts[0]) \($0.sentence($0.privilege, on: parts[1]))"
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
      let own = SchemaName.plain(SchemaName.split(multirange).name)
      let name = Quoting.identifier(String(own.prefix(50)) + "_djogi_old")
      statements.append("ALTER TYPE \(multirange) RENAME TO \(name)")
      statements.append("ALTER FUNCTION \(multirange)() RENAME TO \(name)")
    }
    return statements
  }

  // MARK: - Making

  /// The statements that make an object, without those for what every kind can have.
  ///
  /// - Parameter parts: What is made in the same statement: columns and constraints of a table, a column's default.
  func create(_ object: SchemaObject, with parts: [SchemaObject] = []) -> [String] {
    let name = object.id.name
    let definition = object["definition"] ?? ""
    switch object.id.kind {
    case .schema: return ["CREATE SCHEMA \(name)"]
    case .extension: return ["CREATE EXTENSION \(name) WITH SCHEMA \(object["schema"] ?? "public")"]
    case .collation: return [collation(object)]
    case .enumeration:
      let labels = Self.lines(object["labels"]).map { "    " + $0 }.joined(separator: ",\n")
      return ["CREATE TYPE \(name) AS ENUM (\n\(labels)\n)"]
    case .composite:
      let fields = Self.lines(object["attributes"]).map { "    " + $0 }.joined(separator: ",\n")
      return ["CREATE TYPE \(name) AS (\n\(fields)\n)"]
    case .range: return ["CREATE TYPE \(name) AS RANGE (\(object["range"] ?? ""))"]
    case .domain:
      return [
        "CREATE DOMAIN \(name) AS \(object["base"] ?? "")"
          + (object["collation"].map { " COLLATE \($0)" } ?? "")
          + (object["default"].map { " DEFAULT \($0)" } ?? "")
          + (object.has("not_null") ? " NOT NULL" : "")
      ]
    case .sequence:
      return [
        "CREATE \(object["persistence"] == "u" ? "UNLOGGED " : "")SEQUENCE \(name)"
          + SequenceOptions(object).differing
      ]
    case .ownership: return ["ALTER SEQUENCE \(name) OWNED BY \(object["column"] ?? "")"]
    case .table: return table(object, parts)
    case .column where object.has("inherited"): return ownPart(of: object)
    case .column:
      let expression = parts.first { $0.id.kind == .defaultValue }?["expression"]
      return ["\(Self.alter(object)) ADD COLUMN \(Self.column(object, default: expression))"]
        + columnSettings(nil, object)
    case .defaultValue:
      return [
        "\(Self.alter(object)) ALTER COLUMN \(object.part) SET DEFAULT \(object["expression"] ?? "")"
      ]
    case .constraint:
      let kind = object.has("domain") ? "DOMAIN" : "TABLE"
      return [
        "ALTER \(kind) \(object.relation ?? "") ADD CONSTRAINT \(object.part) \(definition)"
      ] + indexMarks(nil, object)
    case .index: return [index(object, isNewTable: true)] + indexMarks(nil, object)
    case .function, .procedure: return [definition.withoutEnd]
    case .aggregate: return ["CREATE AGGREGATE \(object["-head"] ?? name) (\(definition))"]
    case .operator: return ["CREATE OPERATOR \(object["-head"] ?? name) (\(definition))"]
    case .cast: return ["CREATE CAST \(name) \(definition)"]
    case .view: return [view(object, replacing: false)]
    case .materializedView:
      return [
        "CREATE MATERIALIZED VIEW \(name)" + Self.with(object["options"])
          + (object["tablespace"].map { " TABLESPACE \($0)" } ?? "")
          + " AS\n\(definition.withoutEnd)" + (object.has("empty") ? "\n  WITH NO DATA" : "")
      ]
    case .columnComment:
      return columnComment(nil, object)
    case .rule, .trigger: return [definition.withoutEnd] + enabled(nil, object)
    case .policy: return [policy(object)]
    case .statistics: return [definition] + target(nil, object)
    case .eventTrigger: return ["CREATE EVENT TRIGGER \(name) \(definition)"] + enabled(nil, object)
    case .publication:
      let scope =
        object.has("all_tables")
        ? " FOR ALL TABLES"
        : (object["members"] ?? "").isEmpty ? "" : " FOR \(object["members"] ?? "")"
      return ["CREATE PUBLICATION \(name)\(scope) WITH (\(object["options"] ?? ""))"]
    case .defaultPrivileges:
      return privileges(Set(Self.lines(object["-base"])), Set(Self.lines(object["grants"])), object)
    }
  }

  private func collation(_ object: SchemaObject) -> String {
    let deterministic = object["deterministic"] == "f" ? ", DETERMINISTIC = false" : ""
    let rules = object["rules"].map { ", RULES = \(Quoting.literal($0))" } ?? ""
    let provider = ["i": "icu", "b": "builtin"][object["provider"] ?? ""]
    if let provider {
      let locale = object["locale"] ?? object["lc_collate"] ?? ""
      return "CREATE COLLATION \(object.id.name) (PROVIDER = \(provider), "
        + "LOCALE = \(Quoting.literal(locale))\(deterministic)\(rules))"
    }
    return "CREATE COLLATION \(object.id.name) (PROVIDER = libc, "
      + "LC_COLLATE = \(Quoting.literal(object["lc_collate"] ?? "")), "
      + "LC_CTYPE = \(Quoting.literal(object["lc_ctype"] ?? ""))\(deterministic))"
  }

  /// What is said of a view's column, or of a composite's.
  func columnComment(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    guard old?["text"] != new["text"] else { return [] }
    let text = new["text"].map(Quoting.literal)?.trimmingBlank ?? "NULL"
    return ["COMMENT ON COLUMN \(new.id.name) IS \(text)"]
  }

  func view(_ object: SchemaObject, replacing: Bool) -> String {
    "CREATE \(replacing ? "OR REPLACE " : "")VIEW \(object.id.name)" + Self.with(object["options"])
      + " AS\n\((object["definition"] ?? "").withoutEnd)"
  }

  static func with(_ options: String?) -> String {
    guard let options else { return "" }
    return " WITH (\(lines(options).joined(separator: ", ")))"
  }

  private func policy(_ object: SchemaObject) -> String {
    "CREATE POLICY \(object.part) ON \(object.relation ?? "")"
      + (object.has("permissive") ? "" : " AS RESTRICTIVE") + " FOR \(object["command"] ?? "ALL")"
      + " TO \(object["roles"] ?? "PUBLIC")" + policyConditions(object)
  }

  func policyConditions(_ object: SchemaObject) -> String {
    (object["using"].map { " USING (\($0))" } ?? "")
      + (object["check"].map { " WITH CHECK (\($0))" } ?? "")
  }

  /// The statement that builds an index, with other words where its table is in use.
  func index(_ object: SchemaObject, isNewTable: Bool, named name: String? = nil) -> String {
    var text = object["definition"] ?? ""
    let isPartitioned = object["-table_kind"] == "p"
    if isPartitioned { text = text.replacingFirst(" ON ONLY ", with: " ON ") }
    if let name {
      text = text.replacingFirst(" INDEX \(object.part) ON ", with: " INDEX \(name) ON ")
    }
    guard !isNewTable, !isPartitioned else { return text }
    return text.replacingFirst(" INDEX ", with: " INDEX CONCURRENTLY ")
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

/// What a sequence is told.
struct SequenceOptions {
  let type: String
  let start: String
  let increment: String
  let minimum: String
  let maximum: String
  let cache: String
  let cycles: Bool

  init(_ object: SchemaObject) {
    type = object["type"] ?? "bigint"
    start = object["start"] ?? "1"
    increment = object["increment"] ?? "1"
    minimum = object["minimum"] ?? "1"
    maximum = object["maximum"] ?? ""
    cache = object["cache"] ?? "1"
    cycles = object.has("cycle")
  }

  /// Of a column's own sequence: its name, and what it is told.
  init?(identity: String?) {
    let parts = (identity ?? "").split(separator: "|", omittingEmptySubsequences: false).map(
      String.init)
    guard parts.count >= 8 else { return nil }
    let tail = parts.suffix(7).map(\.self)
    type = tail[0]
    start = tail[1]
    increment = tail[2]
    minimum = tail[3]
    maximum = tail[4]
    cache = tail[5]
    cycles = tail[6] == "CYCLE"
  }

  private var limits: (minimum: String, maximum: String) {
    let (low, high) =
      switch type {
      case "smallint": ("-32768", "32767")
      case "integer": ("-2147483648", "2147483647")
      default: ("-9223372036854775808", "9223372036854775807")
      }
    return increment.hasPrefix("-") ? (low, "-1") : ("1", high)
  }

  /// What is not as it is by itself.
  var differing: String {
    let limits = limits
    let first = increment.hasPrefix("-") ? maximum : minimum
    var text = type == "bigint" ? "" : " AS \(type)"
    if increment != "1" { text += " INCREMENT BY \(increment)" }
    if minimum != limits.minimum { text += " MINVALUE \(minimum)" }
    if maximum != limits.maximum { text += " MAXVALUE \(maximum)" }
    if start != first { text += " START WITH \(start)" }
    if cache != "1" { text += " CACHE \(cache)" }
    if cycles { text += " CYCLE" }
    return text
  }

  /// Everything.
  var whole: [String] {
    [
      "INCREMENT BY \(increment)", "MINVALUE \(minimum)", "MAXVALUE \(maximum)",
      "START WITH \(start)", "CACHE \(cache)", cycles ? "CYCLE" : "NO CYCLE",
    ]
  }
}
