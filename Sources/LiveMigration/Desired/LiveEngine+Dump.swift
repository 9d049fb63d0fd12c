internal import Foundation
internal import Postgres
internal import SchemaChange

/// What `dump` wrote.
public struct DumpResult: Sendable {
  /// The files that were written or changed, by path.
  public var written: [String]
  /// How many objects stand in sections of their own.
  public var sections: Int
}

extension LiveEngine {
  /// Writes the database's schema as files that load again to an equal schema.
  ///
  /// Of files that are there, only the statements about objects that differ are changed.
  public func dumpSchema(app: String?, owners: Bool = false) async throws -> DumpResult {
    let live = try await session.connection()
    guard let proofMeans else { throw DesiredError.noScratch("none is configured") }
    let (workspace, database) = (workspace, database)
    let name = app ?? ""
    guard workspace.place(for: database).layout.isOwn else {
      throw DesiredError.otherLayout("\(workspace.place(for: database).layout)")
    }
    let others = try workspace.schemaApps(database).filter { $0 != name }
    if app == nil, !others.isEmpty {
      throw DesiredError.needsApp(others.map { $0.isEmpty ? "_global_" : $0 })
    }
    try await ForeignCode.refuse(.database, on: live)
    let now = try await SchemaCatalogue.read(on: live)
    try now.refuseUncovered("the database")
    return try await SchemaScratch.lend(by: proofMeans, for: live) { scratch in
      let bucket = try workspace.schemaBucket(database, app: name)
      let surroundings = try others.compactMap {
        try workspace.schemaBucket(database, app: $0).snapshot
      }
      let old = try await scratch.make()
      try await SchemaLoader(connection: old).load(bucket.files + surroundings)
      let before = try await SchemaCatalogue.read(on: old)
      await old.close()
      let bare = try await scratch.make()
      try await SchemaLoader(connection: bare).load(surroundings)
      let base = try await SchemaCatalogue.read(on: bare)
      await bare.close()
      let path = try workspace.schemaPath(database, app: name)
      let edit = try SchemaFileEdit(
        files: bucket.files, before: before, now: now, base: base, owners: owners,
        newFile: "\(path)/schema.sql")
      let end = try await scratch.make()
      let loaded = try await SchemaLoader(connection: end).load(edit.files + surroundings)
      let result = try await SchemaCatalogue.read(on: end)
      await end.close()
      let differences = result.differences(
        from: now, words: ("the files", "the database"), owners: owners)
      guard differences.isEmpty else {
        throw DesiredError.notProved(way: "dump", differences: differences)
      }
      for file in edit.changed { try workspace.replaceDurably(file.path, file.text) }
      let own = Set(edit.files.map(\.path))
      let snapshot = SchemaSnapshotFile.text(loaded.filter { own.contains($0.location.file ?? "") })
      if bucket.snapshot == nil { try workspace.replaceDurably(bucket.snapshotPath, snapshot) }
      return DumpResult(written: edit.changed.map(\.path), sections: edit.sections)
    }
  }
}

/// Schema files with what the database has by now, everything else left as it was written.
struct SchemaFileEdit {
  /// All files.
  private(set) var files: [SchemaFile] = []
  /// Those that are not as they were.
  private(set) var changed: [SchemaFile] = []
  /// How many objects were written anew.
  private(set) var sections = 0

  /// Finds the new text of files.
  ///
  /// - Parameters:
  ///   - before: What the files lead to as they are.
  ///   - base: What is there without them.
  ///   - newFile: Where objects go that no file holds.
  init(
    files: [SchemaFile], before: SchemaCatalogue, now: SchemaCatalogue, base: SchemaCatalogue,
    owners: Bool, newFile: String
  ) throws(DesiredError) {
    let differing = Set(before.objects.keys).union(now.objects.keys).filter { id in
      guard let old = before.objects[id], let new = now.objects[id] else { return true }
      return !SchemaDifference.changedFacts(old, new, owners: owners).isEmpty
    }
    let keys = Set(differing.map { Self.key($0, before.objects[$0] ?? now.objects[$0]) })
    var texts: [(key: String, text: String)] = []
    for statement in try SchemaDifference(from: base, to: now, owners: owners).statements {
      guard let id = statement.object else { continue }
      let key = Self.key(id, now.objects[id])
      guard keys.contains(key) else { continue }
      if let index = texts.firstIndex(where: { $0.key == key }) {
        texts[index].text += "\n" + statement.sql + ";\n"
      } else {
        texts.append((key, "-- \(id.kind.rawValue) \(key)\n\(statement.sql);\n"))
      }
    }
    sections = texts.count
    var placed: Set<String> = []
    for file in files {
      let (text, put) = Self.edited(file, keys, texts)
      placed.formUnion(put)
      let new = SchemaFile(path: file.path, text: text)
      self.files.append(new)
      if text != file.text { changed.append(new) }
    }
    let rest = texts.filter { !placed.contains($0.key) }.map(\.text).joined(separator: "\n")
    guard !rest.isEmpty else { return }
    if let index = self.files.firstIndex(where: { $0.path == newFile }) {
      let new = SchemaFile(path: newFile, text: self.files[index].text + "\n" + rest)
      self.files[index] = new
      changed.removeAll { $0.path == newFile }
      changed.append(new)
    } else {
      let new = SchemaFile(path: newFile, text: rest)
      self.files.append(new)
      changed.append(new)
    }
  }

  /// The object that a section is about: a relation with all that hangs on it, or an object of another kind.
  private static func key(_ id: SchemaObject.ID, _ object: SchemaObject?) -> String {
    if id.kind == .index || id.kind == .ownership || object?.relation != nil {
      return object?.relation ?? id.name
    }
    return String(id.name.prefix { $0 != "(" })
  }

  /// A file without the statements about some objects, and their new sections in the place of the first.
  private static func edited(
    _ file: SchemaFile, _ keys: Set<String>, _ texts: [(key: String, text: String)]
  ) -> (String, put: Set<String>) {
    var bytes = Array(file.text.utf8)
    var put: Set<String> = []
    var cuts: [(range: Range<Int>, text: String)] = []
    for statement in file.statements {
      let about = SchemaStatement(statement).subjects.filter(keys.contains)
      guard let key = about.first else { continue }
      var end = statement.range.upperBound
      while end < bytes.count, [32, 9].contains(bytes[end]) { end += 1 }
      if end < bytes.count, bytes[end] == UInt8(ascii: ";") { end += 1 }
      if end < bytes.count, bytes[end] == UInt8(ascii: "\n") { end += 1 }
      let isFirst = put.insert(key).inserted
      let text = isFirst ? texts.first { $0.key == key }?.text ?? "" : ""
      let body = text.hasPrefix("-- ") ? String(text.drop { !$0.isNewline }.dropFirst()) : text
      cuts.append((statement.range.lowerBound..<end, body))
    }
    for cut in cuts.reversed() {
      bytes.replaceSubrange(cut.range, with: Array(cut.text.utf8))
    }
    return (String(decoding: bytes, as: UTF8.self), put)
  }
}

extension SchemaStatement {
  /// The objects that the statement's section is about.
  var subjects: Set<String> { relation.map { [$0] } ?? names }
}
