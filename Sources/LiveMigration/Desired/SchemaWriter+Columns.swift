internal import Postgres

/// Columns of tables and types.
extension SchemaWriter {
  static func column(_ column: SchemaObject, default expression: String?) -> String {
    var text = "\(column.part) \(column["type"] ?? "")"
    if let method = column["compression"] { text += " COMPRESSION \(compression(method))" }
    if let collation = column["collation"] { text += " COLLATE \(collation)" }
    if let generated = column["generated"] {
      text += " GENERATED ALWAYS AS (\(column["expression"] ?? ""))"
      text += generated == "v" ? " VIRTUAL" : " STORED"
    } else if let expression {
      text += " DEFAULT \(expression)"
    }
    if column["identity"] != nil { text += " " + identity(column) }
    if column.has("not_null"), !column.has("not_null_unproved") {
      text += (column["not_null_name"].map { " CONSTRAINT \($0)" } ?? "") + " NOT NULL"
      if column.has("not_null_alone") { text += " NO INHERIT" }
    }
    return text
  }

  private static func compression(_ letter: String) -> String {
    ["p": "pglz", "l": "lz4"][letter] ?? "default"
  }

  private static func identity(_ column: SchemaObject) -> String {
    let kind = column["identity"] == "a" ? "ALWAYS" : "BY DEFAULT"
    let (schema, table) = SchemaName.split(column.relation ?? "")
    let own = Quoting.identifier(
      "\(SchemaName.plain(table))_\(SchemaName.plain(column.part))_seq")
    let name = column["identity_sequence"].map { $0.prefix { $0 != "|" } }.map(String.init)
    var options = SequenceOptions(identity: column["identity_sequence"])?.differing ?? ""
    // The sequence takes the column's type by itself.
    if let type = options.firstMatch(of: /^ AS \w+/) { options.removeSubrange(type.range) }
    if let name, name != "\(schema).\(own)" { options = " SEQUENCE NAME \(name)" + options }
    options = options.trimmingBlank
    return "GENERATED \(kind) AS IDENTITY" + (options.isEmpty ? "" : " (\(options))")
  }

  private static let storages = ["p": "PLAIN", "e": "EXTERNAL", "x": "EXTENDED", "m": "MAIN"]

  /// What `CREATE TABLE` and `ADD COLUMN` cannot say of a column.
  func columnSettings(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    let alter = "ALTER TABLE \(new.relation ?? "") ALTER COLUMN \(new.part)"
    var statements: [String] = []
    // A new type brings its own storage with it.
    let isRetyped = old.map { $0["type"] != new["type"] } ?? true
    let storage = isRetyped ? nil : old?["storage"]
    if storage != new["storage"] {
      let letter = new["storage"] ?? new["-storage"] ?? "x"
      statements.append("\(alter) SET STORAGE \(Self.storages[letter] ?? "EXTENDED")")
    }
    if let old, (isRetyped ? nil : old["compression"]) != new["compression"] {
      statements.append("\(alter) SET COMPRESSION \(Self.compression(new["compression"] ?? ""))")
    }
    if old?["statistics"] != new["statistics"] {
      statements.append("\(alter) SET STATISTICS \(new["statistics"] ?? "-1")")
    }
    if old?["options"] != new["options"] {
      if let before = old?["options"] {
        let names = before.components(by: ", ").map { String($0.prefix { $0 != "=" }) }
        statements.append("\(alter) RESET (\(names.joined(separator: ", ")))")
      }
      if let options = new["options"] { statements.append("\(alter) SET (\(options))") }
    }
    if old == nil, new.has("not_null_unproved") { statements.append(Self.setNotNull(new)) }
    return statements + notNullComment(old, new)
  }

  // MARK: - Columns without NULL

  static func setNotNull(_ column: SchemaObject) -> String {
    let alter = "ALTER TABLE \(column.relation ?? "")"
    let isPlain = ["not_null_name", "not_null_unproved", "not_null_alone"].allSatisfy {
      column[$0] == nil
    }
    guard !isPlain, let name = column["-not_null_name"] else {
      return "\(alter) ALTER COLUMN \(column.part) SET NOT NULL"
    }
    return "\(alter) ADD CONSTRAINT \(name) NOT NULL \(column.part)"
      + (column.has("not_null_alone") ? " NO INHERIT" : "")
      + (column.has("not_null_unproved") ? " NOT VALID" : "")
  }

  /// What changes in a constraint that takes no NULL.
  private func notNull(_ old: SchemaObject, _ new: SchemaObject) -> [String] {
    let alter = "ALTER TABLE \(new.relation ?? "")"
    let drop = "\(alter) ALTER COLUMN \(new.part) DROP NOT NULL"
    guard new["-not_null"] != nil else { return old["-not_null"] == nil ? [] : [drop] }
    guard old["-not_null"] != nil else { return [Self.setNotNull(new)] }
    guard !new.has("not_null_unproved") || old.has("not_null_unproved") else {
      return [drop, Self.setNotNull(new)]
    }
    guard new.has("not_null"), let name = new["-not_null_name"] else { return [] }
    var statements: [String] = []
    if let former = old["-not_null_name"], former != name, old.has("not_null") {
      statements.append("\(alter) RENAME CONSTRAINT \(former) TO \(name)")
    }
    if old.has("not_null_alone") != new.has("not_null_alone") {
      let word = new.has("not_null_alone") ? "NO INHERIT" : "INHERIT"
      statements.append("\(alter) ALTER CONSTRAINT \(name) \(word)")
    }
    if old.has("not_null_unproved"), !new.has("not_null_unproved") {
      statements.append("\(alter) VALIDATE CONSTRAINT \(name)")
    }
    return statements
  }

  private func notNullComment(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    let text = new["not_null_comment"]
    guard let name = new["-not_null_name"], old?["not_null_comment"] != text else { return [] }
    return [
      "COMMENT ON CONSTRAINT \(name) ON \(new.relation ?? "") IS "
        + (text.map(Quoting.literal) ?? "NULL").trimmingBlank
    ]
  }

  /// The statements that change a column; `nil` where it has to be made anew.
  ///
  /// - Parameter isRemade: Whether its type is made anew under the same name.
  func alterColumn(_ old: SchemaObject, _ new: SchemaObject, isRemade: Bool = false) -> [String]? {
    let alter = "ALTER TABLE \(new.relation ?? "") ALTER COLUMN \(new.part)"
    var statements: [String] = []
    if new.has("inherited") {
      if old.has("inherited")
        ? old.has("not_null") != new.has("not_null") : old["-not_null"] != new["-not_null"]
      {
        statements.append("\(alter) \(new["-not_null"] == nil ? "DROP" : "SET") NOT NULL")
      }
      return statements + columnSettings(old, new)
    }
    if old["generated"] != new["generated"] || old["expression"] != new["expression"] {
      // A virtual column has no values to keep.
      if old["generated"] == "v" { return nil }
      if new["generated"] == nil {
        statements.append("\(alter) DROP EXPRESSION")
      } else if old["generated"] == "s", new["generated"] == "s", to.version >= 170_000 {
        statements.append("\(alter) SET EXPRESSION AS (\(new["expression"] ?? ""))")
      } else {
        return nil
      }
    }
    if isRemade || old["type"] != new["type"] || old["collation"] != new["collation"] {
      // No value of a list becomes one of a type without lists, or the other way round, but for texts.
      let bases = [old["base"] ?? "", new["base"] ?? ""]
      if bases[0].hasSuffix("[]") != bases[1].hasSuffix("[]"), Self.texts.isDisjoint(with: bases) {
        return nil
      }
      // What is computed is computed anew.
      if new["generated"] != nil, using(old, new, isRemade: isRemade) != "" {
        return nil
      }
      let collation =
        new["collation"]
        ?? (old["collation"] == nil || !new.has("-collatable") ? nil : "pg_catalog.\"default\"")
      statements.append(
        "\(alter) TYPE \(new["type"] ?? "")" + (collation.map { " COLLATE \($0)" } ?? "")
          + using(old, new, isRemade: isRemade))
    }
    if old["identity"] != nil, new["identity"] == nil {
      statements.append("\(alter) DROP IDENTITY")
    }
    statements += notNull(old, new)
    statements += identity(old, new, alter)
    return statements + columnSettings(old, new)
  }

  private func identity(_ old: SchemaObject, _ new: SchemaObject, _ alter: String) -> [String] {
    guard let kind = new["identity"] else { return [] }
    guard let former = old["identity"] else { return ["\(alter) ADD \(Self.identity(new))"] }
    var statements: [String] = []
    if former != kind {
      statements.append("\(alter) SET GENERATED \(kind == "a" ? "ALWAYS" : "BY DEFAULT")")
    }
    let names = [old, new].map {
      $0["identity_sequence"].map { String($0.prefix { $0 != "|" }) } ?? ""
    }
    if names[0] != names[1] {
      let own = SchemaName.split(names[1]).name
      statements.append("ALTER SEQUENCE \(names[0]) RENAME TO \(own)")
    }
    let before = SequenceOptions(identity: old["identity_sequence"])
    if let after = SequenceOptions(identity: new["identity_sequence"]), let before,
      before.whole != after.whole || before.type != after.type
    {
      if before.type != after.type {
        statements.append("ALTER SEQUENCE \(names[1]) AS \(after.type)")
      }
      let changed = zip(before.whole, after.whole).filter { $0 != $1 }.map { "SET \($0.1)" }
      if !changed.isEmpty { statements.append("\(alter) \(changed.joined(separator: " "))") }
    }
    return statements
  }

  private static let texts: Set<String> = ["text", "character varying", "character", "name"]

  /// How the old values become new ones, where the server does not do it by itself before and after the migration: its
  /// casts may change too.
  func using(_ old: SchemaObject, _ new: SchemaObject, isRemade: Bool = false) -> String {
    let (before, after) = (old["base"] ?? "", new["base"] ?? "")
    let type = new["type"] ?? ""
    if isRemade {
      return " USING \(new.part)::text\(before.hasSuffix("[]") ? "[]" : "")::\(type)"
    }
    func has(_ cast: String) -> [Bool] { [from, to].map { $0.casts.contains(cast) } }
    let (assigned, written) = (has("\(before)>\(after)"), has("\(before)>\(after)!"))
    if before == after || assigned == [true, true] { return "" }
    if Self.texts.contains(after) {
      return written.contains(true) ? " USING \(new.part)::\(type)" : ""
    }
    let isThere = zip(assigned, written).allSatisfy { $0 || $1 }
    return Self.texts.contains(before) || isThere
      ? " USING \(new.part)::\(type)" : " USING \(new.part)::text::\(type)"
  }

  /// What a change of type may lose, in words.
  static func lost(_ old: SchemaObject, _ new: SchemaObject) -> String? {
    guard old["type"] != new["type"], let before = old["base"], let after = new["base"] else {
      return nil
    }
    let loses: Bool
    if before == after {
      let exact = before == "numeric" || before.hasPrefix("time") || before == "interval"
      let (low, high) = (digits(old["type"]), digits(new["type"]))
      loses = exact && high != nil && (low ?? .max) > (high ?? .max)
    } else {
      let whole: Set<String> = ["smallint", "integer", "bigint"]
      let broken: Set<String> = ["numeric", "real", "double precision"]
      let stamps: Set<String> = ["timestamp without time zone", "timestamp with time zone"]
      loses =
        broken.contains(before) && whole.contains(after)
        || ["numeric", "double precision"].contains(before) && after == "real"
        || before == "numeric" && after == "double precision"
        || stamps.contains(before) && !stamps.contains(after) && !texts.contains(after)
        || before == "json" && after == "jsonb"
    }
    return loses ? "precision of column \(new.id.name)" : nil
  }

  /// The digits after the point that a type keeps.
  private static func digits(_ type: String?) -> Int? {
    guard let type, let match = type.firstMatch(of: /\((?:\d+,)?(-?\d+)\)/) else { return nil }
    return type.hasPrefix("numeric") && !type.contains(",") ? 0 : Int(match.1)
  }
}
