internal import Postgres

extension SchemaWriter {
  // MARK: - Tables

  func table(_ object: SchemaObject, _ parts: [SchemaObject]) -> [String] {
    let name = object.id.name
    var text = "CREATE \(object["persistence"] == "u" ? "UNLOGGED " : "")TABLE \(name)"
    let defaults = Dictionary(
      parts.filter { $0.id.kind == .defaultValue }.map { ($0.part, $0["expression"]) },
      uniquingKeysWith: { first, _ in first })
    let all = parts.filter { $0.id.kind == .column }.sorted { $0.place < $1.place }
    let columns = all.filter { !$0.has("inherited") }
    let constraints = parts.filter { $0.id.kind == .constraint }.sorted {
      ($0.place, $0.part) < ($1.place, $1.part)
    }
    let lines =
      columns.map { "    " + Self.column($0, default: defaults[$0.part] ?? nil) }
      + constraints.map { "    CONSTRAINT \($0.part) \($0["definition"] ?? "")" }
    if let bound = object["bound"] {
      text += " PARTITION OF \(object["parents"] ?? "") \(bound)"
    } else {
      text += lines.isEmpty ? " ()" : " (\n\(lines.joined(separator: ",\n"))\n)"
      if let parents = object["parents"] { text += " INHERITS (\(parents))" }
    }
    if let key = object["partition_key"] { text += " PARTITION BY \(key)" }
    if let method = object["access_method"] { text += " USING \(method)" }
    text += Self.with(object["options"])
    if let space = object["tablespace"] { text += " TABLESPACE \(space)" }
    return [text] + switches(nil, object)
      + all.flatMap { $0.has("inherited") ? ownPart(of: $0) : columnSettings(nil, $0) }
      + constraints.flatMap { constraintIndex(nil, $0) + indexMarks(nil, $0) }
  }

  /// What a column that a parent's column brings has for itself.
  func ownPart(of column: SchemaObject) -> [String] {
    (column.has("not_null") && !column.has("not_null_unproved") ? [Self.setNotNull(column)] : [])
      + columnSettings(nil, column)
  }

  /// Row security and replica identity, which `CREATE TABLE` cannot say.
  private func switches(_ old: SchemaObject?, _ new: SchemaObject) -> [String] {
    let alter = "ALTER TABLE \(new.id.name)"
    var statements: [String] = []
    if (old?.has("row_security") ?? false) != new.has("row_security") {
      statements.append(
        "\(alter) \(new.has("row_security") ? "ENABLE" : "DISABLE") ROW LEVEL SECURITY")
    }
    if (old?.has("forced_row_security") ?? false) != new.has("forced_row_security") {
      statements.append(
        "\(alter) \(new.has("forced_row_security") ? "" : "NO ")FORCE ROW LEVEL SECURITY")
    }
    if old?["replica_identity"] != new["replica_identity"] {
      let word = ["f": "FULL", "n": "NOTHING"][new["replica_identity"] ?? ""] ?? "DEFAULT"
      statements.append("\(alter) REPLICA IDENTITY \(word)")
    }
    return statements
  }

  /// The statements that change a table; `nil` where it has to be made anew.
  func alterTable(_ old: SchemaObject, _ new: SchemaObject) -> [String]? {
    guard old["partition_key"] == new["partition_key"],
      (old["persistence"] ?? "p") != "t", (new["persistence"] ?? "p") != "t"
    else { return nil }
    let alter = "ALTER TABLE \(new.id.name)"
    var statements: [String] = []
    if old["bound"] != new["bound"] || old["parents"] != new["parents"] {
      let former = (old["parents"] ?? "").components(by: ", ")
      let parents = (new["parents"] ?? "").components(by: ", ")
      if old["bound"] != nil {
        statements.append("ALTER TABLE \(former.first ?? "") DETACH PARTITION \(new.id.name)")
      } else {
        statements += former.filter { !parents.contains($0) || new["bound"] != nil }.map {
          "\(alter) NO INHERIT \($0)"
        }
      }
      if let bound = new["bound"] {
        statements.append(
          "ALTER TABLE \(parents.first ?? "") ATTACH PARTITION \(new.id.name) \(bound)")
      } else {
        statements += parents.filter { !former.contains($0) || old["bound"] != nil }.map {
          "\(alter) INHERIT \($0)"
        }
      }
    }
    if old["persistence"] != new["persistence"] {
      statements.append("\(alter) SET \(new["persistence"] == "u" ? "UNLOGGED" : "LOGGED")")
    }
    statements += options(old, new, alter)
    if old["tablespace"] != new["tablespace"] {
      statements.append("\(alter) SET TABLESPACE \(new["tablespace"] ?? "pg_default")")
    }
    if old["access_method"] != new["access_method"] {
      statements.append("\(alter) SET ACCESS METHOD \(new["access_method"] ?? "heap")")
    }
    return statements + switches(old, new)
  }

  func options(_ old: SchemaObject?, _ new: SchemaObject, _ alter: String) -> [String] {
    let (before, after) = (Self.lines(old?["options"]), Self.lines(new["options"]))
    func names(_ lines: [String]) -> Set<String> {
      Set(lines.map { String($0.prefix { $0 != "=" }) })
    }
    let gone = names(before).subtracting(names(after)).sorted()
    let changed = after.filter { !before.contains($0) }
    return (gone.isEmpty ? [] : ["\(alter) RESET (\(gone.joined(separator: ", ")))"])
      + (changed.isEmpty ? [] : ["\(alter) SET (\(changed.joined(separator: ", ")))"])
  }
}
