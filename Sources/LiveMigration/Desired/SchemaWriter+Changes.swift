internal import Postgres

extension SchemaWriter {
  /// The statements that make one object into another, without those for what every kind can have; `nil` where it has
  /// to be dropped and made anew.
  func alter(_ old: SchemaObject, _ new: SchemaObject) -> [String]? {
    func same(_ facts: String...) -> Bool { facts.allSatisfy { old[$0] == new[$0] } }
    let name = new.id.name
    switch new.id.kind {
    case .schema: return []
    case .extension:
      return (same("schema") ? [] : ["ALTER EXTENSION \(name) SET SCHEMA \(new["schema"] ?? "")"])
        + (same("version")
          ? [] : ["ALTER EXTENSION \(name) UPDATE TO \(Quoting.literal(new["version"] ?? ""))"])
    case .enumeration: return addLabels(old, new)
    case .composite: return alterFields(old, new)
    case .domain: return alterDomain(old, new)
    case .sequence: return alterSequence(old, new)
    case .table: return alterTable(old, new)
    case .column: return alterColumn(old, new)
    case .defaultValue, .ownership: return create(new)
    case .columnComment: return columnComment(old, new)
    case .identitySequence: return []
    case .constraint: return alterConstraint(old, new)
    case .index: return alterIndex(old, new)
    case .function, .procedure:
      // A default may come, and say something else, but not go.
      let defaults = [old, new].map { Int($0["-defaults"] ?? "") ?? 0 }
      return same("-result", "-parameters", "-kind") && defaults[0] <= defaults[1]
        ? (same("definition") ? [] : [(new["definition"] ?? "").withoutEnd]) : nil
    case .view:
      let (before, after) = (Self.lines(old["-columns"]), Self.lines(new["-columns"]))
      guard after.starts(with: before) else { return nil }
      return same("definition", "options") ? [] : [view(new, replacing: true)]
    case .materializedView:
      guard same("definition", "empty", "tablespace") else { return nil }
      return options(old, new, "ALTER MATERIALIZED VIEW \(name)")
    case .rule:
      let text = (new["definition"] ?? "").withoutEnd.replacingFirst(
        "CREATE RULE ", with: "CREATE OR REPLACE RULE ")
      return (same("definition") ? [] : [text]) + enabled(old, new)
    case .trigger:
      guard !same("definition") else { return enabled(old, new) }
      // One is the whole's own, the other a partition's part of it.
      if old["definition"] == nil || new["definition"] == nil { return nil }
      if old.has("constraint") || new.has("constraint") { return nil }
      let text = (new["definition"] ?? "").withoutEnd.replacingFirst(
        "CREATE TRIGGER ", with: "CREATE OR REPLACE TRIGGER ")
      return [text] + enabled(nil, new)
    case .policy:
      guard same("command", "permissive"), old["using"] == nil || new["using"] != nil,
        old["check"] == nil || new["check"] != nil
      else { return nil }
      if same("roles", "using", "check") { return [] }
      return [
        "ALTER POLICY \(new.part) ON \(new.relation ?? "") TO \(new["roles"] ?? "PUBLIC")"
          + policyConditions(new)
      ]
    case .statistics: return same("definition") ? target(old, new) : nil
    case .eventTrigger: return same("definition") ? enabled(old, new) : nil
    case .publication:
      guard same("all_tables") else { return nil }
      var statements: [String] = []
      if !same("members") {
        guard let members = new["members"], !members.isEmpty else { return nil }
        statements.append("ALTER PUBLICATION \(name) SET \(members)")
      }
      if !same("options") {
        statements.append("ALTER PUBLICATION \(name) SET (\(new["options"] ?? ""))")
      }
      return statements
    case .defaultPrivileges:
      return privileges(Set(Self.lines(old["grants"])), Set(Self.lines(new["grants"])), new)
    case .collation, .range, .aggregate, .operator, .cast:
      return SchemaDifference.changedFacts(old, new, owners: false).allSatisfy {
        ["comment", "grants"].contains($0)
      } ? [] : nil
    }
  }

  // MARK: - Types

  private func addLabels(_ old: SchemaObject, _ new: SchemaObject) -> [String]? {
    let (before, after) = (Self.lines(old["labels"]), Self.lines(new["labels"]))
    guard after.filter(before.contains) == before else { return nil }
    var statements: [String] = []
    for (index, label) in after.enumerated() where !before.contains(label) {
      let place =
        index > 0 ? " AFTER \(after[index - 1])" : before.first.map { " BEFORE \($0)" } ?? ""
      let isLast = index > 0 && !after[index...].contains(where: before.contains)
      statements.append("ALTER TYPE \(new.id.name) ADD VALUE \(label)\(isLast ? "" : place)")
    }
    return statements
  }

  private func alterFields(_ old: SchemaObject, _ new: SchemaObject) -> [String]? {
    func fields(_ object: SchemaObject) -> [(name: String, type: String)] {
      Self.lines(object["attributes"]).map { line in
        let (_, rest) = ("", line)
        var isQuoted = false
        let end = rest.indices.first { index in
          if rest[index] == "\"" { isQuoted.toggle() }
          return rest[index] == " " && !isQuoted
        }
        guard let end else { return (line, "") }
        return (String(rest[..<end]), String(rest[rest.index(after: end)...]))
      }
    }
    let (before, after) = (fields(old), fields(new))
    let kept = before.filter { field in after.contains { $0.name == field.name } }
    guard after.prefix(kept.count).map(\.name) == kept.map(\.name) else { return nil }
    let gone = before.filter { field in !after.contains { $0.name == field.name } }
    var commands = gone.map { "DROP ATTRIBUTE \($0.name)" }
    for field in after {
      let former = before.first { $0.name == field.name }
      if former == nil { commands.append("ADD ATTRIBUTE \(field.name) \(field.type)") }
      if let former, former.type != field.type {
        commands.append("ALTER ATTRIBUTE \(field.name) TYPE \(field.type)")
      }
    }
    return commands.map { "ALTER TYPE \(new.id.name) \($0)" }
  }

  private func alterDomain(_ old: SchemaObject, _ new: SchemaObject) -> [String]? {
    guard old["base"] == new["base"], old["collation"] == new["collation"] else { return nil }
    var statements: [String] = []
    let alter = "ALTER DOMAIN \(new.id.name)"
    if old["default"] != new["default"] {
      statements.append("\(alter) \(new["default"].map { "SET DEFAULT \($0)" } ?? "DROP DEFAULT")")
    }
    if old.has("not_null") != new.has("not_null") {
      statements.append("\(alter) \(new.has("not_null") ? "SET" : "DROP") NOT NULL")
    }
    return statements
  }

  private func alterSequence(_ old: SchemaObject, _ new: SchemaObject) -> [String]? {
    guard old["persistence"] == new["persistence"] else { return nil }
    let (before, after) = (SequenceOptions(old), SequenceOptions(new))
    var changes = before.type == after.type ? [] : ["AS \(after.type)"]
    changes += zip(before.whole, after.whole).filter { $0 != $1 }.map(\.1)
    return changes.isEmpty
      ? [] : ["ALTER SEQUENCE \(new.id.name) \(changes.joined(separator: " "))"]
  }

  // MARK: - Constraints, indexes, switches

  private func alterConstraint(_ old: SchemaObject, _ new: SchemaObject) -> [String]? {
    let (before, after) = (old["definition"] ?? "", new["definition"] ?? "")
    if before == after { return constraintIndex(old, new) + indexMarks(old, new) }
    guard before == after + " NOT VALID" else { return nil }
    let kind = new.has("domain") ? "DOMAIN" : "TABLE"
    return ["ALTER \(kind) \(new.relation ?? "") VALIDATE CONSTRAINT \(new.part)"]
  }

  /// A changed index is built beside the old one, which serves until then.
  private func alterIndex(_ old: SchemaObject, _ new: SchemaObject) -> [String]? {
    guard old["definition"] != new["definition"] else {
      return tablespace(old, new) + indexMarks(old, new)
    }
    guard old.relation == new.relation, !new.has("replica_identity"), !old.has("replica_identity")
    else { return nil }
    // A foreign key holds the index that it relies on.
    guard !heldIndexes.contains(old.id) else { return nil }
    let name = SchemaName.beside(new.part, "_djogi_new")
    let schema = SchemaName.split(new.id.name).schema
    let concurrently = new["-table_kind"] == "p" ? "" : "CONCURRENTLY "
    return [
      index(new, isNewTable: false, named: name),
      "DROP INDEX \(concurrently)\(new.id.name)",
      "ALTER INDEX \(schema).\(name) RENAME TO \(new.part)",
    ] + tablespace(nil, new) + indexMarks(nil, new) + common(nil, new)
  }

  /// What the index of a key has, and the key's definition does not say.
  func constraintIndex(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    let name = Self.index(of: new)
    return options(old, new, "ALTER INDEX \(name)") + tablespace(old, new, of: name)
  }

  func tablespace(
    _ old: SchemaObject?, _ new: SchemaObject, of name: String? = nil
  ) -> [String] {
    guard old?["tablespace"] != new["tablespace"] else { return [] }
    return [
      "ALTER INDEX \(name ?? new.id.name) SET TABLESPACE \(new["tablespace"] ?? "pg_default")"
    ]
  }

  /// The name of the index that a key has; it is the key's own.
  private static func index(of key: SchemaObject) -> String {
    "\(SchemaName.split(key.relation ?? "").schema).\(key.part)"
  }

  /// That a table is sorted, or its rows are named, by an index.
  func indexMarks(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    let alter = "ALTER TABLE \(new.relation ?? "")"
    var statements: [String] = []
    // Where another index takes the mark, or the table, it goes from this one by itself.
    func isTaken(_ mark: String) -> Bool {
      !new.has(mark)
        && to.objects.values.contains {
          $0.has(mark) && $0.relation == new.relation
            || mark == "replica_identity" && $0.id.kind == .table && $0.id.name == new.relation
              && $0[mark] != nil
        }
    }
    if (old?.has("clustered") ?? false) != new.has("clustered"), !isTaken("clustered") {
      let isView = new["-table_kind"] == "m"
      statements.append(
        (isView ? "ALTER MATERIALIZED VIEW \(new.relation ?? "")" : alter)
          + (new.has("clustered") ? " CLUSTER ON \(new.part)" : " SET WITHOUT CLUSTER"))
    }
    if (old?.has("replica_identity") ?? false) != new.has("replica_identity"),
      !isTaken("replica_identity")
    {
      statements.append(
        "\(alter) REPLICA IDENTITY "
          + (new.has("replica_identity") ? "USING INDEX \(new.part)" : "DEFAULT"))
    }
    let before = (old?["statistics"] ?? "").components(by: ", ")
    if new.id.kind == .index, let targets = new["statistics"], old?["statistics"] != targets {
      for target in targets.components(by: ", ") where !before.contains(target) {
        let parts = target.split(separator: " ")
        statements.append(
          "ALTER INDEX \(new.id.name) ALTER COLUMN \(parts[0]) SET STATISTICS \(parts[1])")
      }
    }
    return statements
  }

  /// When a trigger or a rule fires.
  func enabled(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    old?["enabled"] == new["enabled"] ? [] : [Self.switched(new, to: new["enabled"])]
  }

  /// The statement that lets a trigger or a rule fire, or not.
  static func switched(_ object: SchemaObject, to letter: String?) -> String {
    let words = ["D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"]
    let word = words[letter ?? ""] ?? "ENABLE"
    if object.id.kind == .eventTrigger { return "ALTER EVENT TRIGGER \(object.id.name) \(word)" }
    return
      "ALTER TABLE \(object.relation ?? "") \(word) \(Self.word(object.id.kind)) \(object.part)"
  }

  func target(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    guard old?["target"] != new["target"] else { return [] }
    return ["ALTER STATISTICS \(new.id.name) SET STATISTICS \(new["target"] ?? "-1")"]
  }
}
