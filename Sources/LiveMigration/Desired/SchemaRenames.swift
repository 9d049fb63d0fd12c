internal import Postgres
internal import SchemaChange

/// A statement that gives an object another name, and the one that takes that back.
struct SchemaRename: Sendable, Hashable {
  var up: String
  var down: String
}

/// The renames that the files ask for.
enum SchemaRenames {
  typealias ID = SchemaObject.ID

  /// Where renames are known from, in the order in which they run.
  enum Step: CaseIterable {
    case marked, asked, implied
  }

  /// What is a rename because the answer to a question is yes.
  static func asked(
    _ ask: DiffOptions.Asking?, from: SchemaCatalogue, to: SchemaCatalogue, owners: Bool
  ) async throws -> [SchemaRename] {
    guard let ask else { return [] }
    var renames: [SchemaRename] = []
    for possible in try SchemaDifference(from: from, to: to, owners: owners).possibleRenames
    where await ask(possible) {
      renames.append(possible.rename)
    }
    return renames
  }

  /// What the marks of files want, as far as it is not done yet.
  ///
  /// - Throws: `DesiredError.wrongRename`.
  static func wanted(
    _ files: [SchemaFile], from: SchemaCatalogue, to: SchemaCatalogue
  ) throws(DesiredError) -> [SchemaRename] {
    var objects: [SchemaRename] = []
    var columns: [SchemaRename] = []
    for statement in files.flatMap(\.statements) where !statement.renames.isEmpty {
      let about = SchemaStatement(statement)
      guard let name = about.names.first else { continue }
      var former = name
      for mark in statement.renames where mark.column == nil {
        let (rename, old) = try object(mark, name, from, to)
        if let rename { objects.append(rename) }
        former = old
      }
      for mark in statement.renames {
        guard let column = mark.column else { continue }
        if let rename = try self.column(column, mark, table: name, formerly: former, from, to) {
          columns.append(rename)
        }
      }
    }
    return objects + columns
  }

  private static func object(
    _ mark: RenameMark, _ name: String, _ from: SchemaCatalogue, _ to: SchemaCatalogue
  ) throws(DesiredError) -> (SchemaRename?, former: String) {
    let (schema, own) = SchemaName.split(name)
    let oldOwn = mark.oldName
    let former = oldOwn.contains(".") ? oldOwn : "\(schema).\(oldOwn)"
    func find(_ name: String, in catalogue: SchemaCatalogue) -> [SchemaObject] {
      catalogue.objects.values.filter {
        $0.relation == nil && ($0.id.name == name || $0.id.name.hasPrefix(name + "("))
          || $0.id.kind == .index && $0.id.name == name
      }
    }
    guard find(name, in: from).isEmpty else { return (nil, name) }
    guard let old = find(former, in: from).first, find(former, in: from).count == 1 else {
      throw .wrongRename(
        mark.location,
        find(former, in: from).isEmpty
          ? "there is no \(former) that could be renamed"
          : "there are several \(former), of which any could be renamed")
    }
    guard find(former, in: to).isEmpty else {
      throw .wrongRename(mark.location, "\(former) is to be renamed, and the files keep it too")
    }
    let word = SchemaWriter.word(old.id.kind)
    let (oldSchema, oldName) = SchemaName.split(former)
    guard oldSchema == schema else {
      throw .wrongRename(mark.location, "\(former) is in another schema than \(name)")
    }
    let signature = old.id.name.drop { $0 != "(" }
    let rename = SchemaRename(
      up: "ALTER \(word) \(old.id.name) RENAME TO \(own)",
      down:
        "ALTER \(word) \(name)\(old.id.kind < .function ? "" : String(signature)) RENAME TO \(oldName)"
    )
    return (rename, former)
  }

  private static func column(
    _ column: String, _ mark: RenameMark, table: String, formerly: String, _ from: SchemaCatalogue,
    _ to: SchemaCatalogue
  ) throws(DesiredError) -> SchemaRename? {
    let isThere = from[.column, "\(formerly).\(column)"] != nil
    let old = from[.column, "\(formerly).\(mark.oldName)"]
    guard !isThere else { return nil }
    guard old != nil else {
      throw .wrongRename(
        mark.location, "\(table) has no column \(mark.oldName) that could be renamed")
    }
    guard to[.column, "\(table).\(mark.oldName)"] == nil else {
      throw .wrongRename(
        mark.location, "column \(mark.oldName) is to be renamed, and the files keep it too")
    }
    return SchemaRename(
      up: "ALTER TABLE \(table) RENAME COLUMN \(mark.oldName) TO \(column)",
      down: "ALTER TABLE \(table) RENAME COLUMN \(column) TO \(mark.oldName)")
  }

  /// Constraints, indexes and owned sequences that are the same but for their names.
  static func implied(from: SchemaCatalogue, to: SchemaCatalogue) -> [SchemaRename] {
    var renames: [SchemaRename] = []
    func key(_ object: SchemaObject) -> String? {
      switch object.id.kind {
      case .constraint where !object.has("domain"):
        return "c \(object.relation ?? "") \(object["definition"] ?? "")"
      case .index:
        return "i "
          + (object["definition"] ?? "").replacingFirst(
            " INDEX \(object.part) ON ", with: " INDEX ON ")
      case .ownership: return "s \(object["column"] ?? "")"
      default: return nil
      }
    }
    let gone = from.objects.values.filter { to.objects[$0.id] == nil }
    let come = to.objects.values.filter { from.objects[$0.id] == nil }
    let old = Dictionary(grouping: gone.filter { key($0) != nil }) { key($0) ?? "" }
    let new = Dictionary(grouping: come.filter { key($0) != nil }) { key($0) ?? "" }
    for (key, before) in old.sorted(by: { $0.key < $1.key }) {
      guard before.count == 1, let after = new[key], after.count == 1 else { continue }
      let (first, second) = (before[0], after[0])
      switch first.id.kind {
      case .constraint:
        let alter = "ALTER TABLE \(first.relation ?? "") RENAME CONSTRAINT"
        renames.append(
          SchemaRename(
            up: "\(alter) \(first.part) TO \(second.part)",
            down: "\(alter) \(second.part) TO \(first.part)"))
      case .index:
        renames.append(
          SchemaRename(
            up: "ALTER INDEX \(first.id.name) RENAME TO \(second.part)",
            down: "ALTER INDEX \(second.id.name) RENAME TO \(first.part)"))
      default:
        let names = (SchemaName.split(first.id.name), SchemaName.split(second.id.name))
        guard names.0.schema == names.1.schema else { continue }
        renames.append(
          SchemaRename(
            up: "ALTER SEQUENCE \(first.id.name) RENAME TO \(names.1.name)",
            down: "ALTER SEQUENCE \(second.id.name) RENAME TO \(names.0.name)"))
      }
    }
    return renames
  }
}
