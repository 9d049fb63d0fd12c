internal import Postgres

/// What makes an object.
extension SchemaWriter {
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
      ] + constraintIndex(nil, object) + indexMarks(nil, object)
    case .index:
      return [index(object, isNewTable: true)] + tablespace(nil, object) + indexMarks(nil, object)
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
    case .identitySequence: return []
    case .trigger where object["definition"] == nil:
      return [Self.switched(object, to: object["enabled"])]
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
